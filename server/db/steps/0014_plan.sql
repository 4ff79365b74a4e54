-- field: plans that are being made, and when and how each door of a published one was meant to be

-- community
-- a proposal: asked = whom, when and the manager's changes; found = tours, reasons, value. Nothing is on a phone yet
create table proposal (
  community text not null references community (id),
  id text not null,
  date text not null,
  state text not null check (state in ('solving', 'ready', 'failed', 'published')),
  asked text not null,
  found text not null,
  share bigint not null,
  value bigint not null,
  made_at text not null,
  made_by text not null,
  beat_at text not null,
  primary key (community, id)
);
create index proposal_day on proposal (community, date);

-- community
-- what was planned for a door of a route: when the knock was due (seconds since midnight), how long, with what chance
create table leg (
  community text not null,
  route text not null,
  home text not null,
  knock bigint not null,
  service bigint not null,
  chance bigint not null,
  primary key (community, route, home),
  foreign key (community, route) references route (community, id)
);
create index visit_day on visit (community, day);
