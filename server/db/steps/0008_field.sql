-- field: who knocks? Facts of phones (op, visit, correction, mark, claim …) and what the office decides (route, stop).

-- community
create table route (
  community text not null references community (id),
  id text not null,
  date text not null,
  staff text not null references staff (id),
  state text not null check (state in ('draft', 'published', 'closed', 'cancelled')),
  note text not null,
  made_n bigint not null,
  made_at text not null,
  made_by text not null,
  primary key (community, id)
);
create index route_day on route (community, date);

-- community
-- who had a published route, from which pen number to which; the live row is the scope of a phone
create table assignment (
  community text not null,
  route text not null,
  staff text not null references staff (id),
  since_n bigint not null,
  until_n bigint,
  since_at text not null,
  until_at text,
  primary key (community, route, since_n),
  foreign key (community, route) references route (community, id)
);
create unique index assignment_live on assignment (community, route) where until_n is null;
create index assignment_staff on assignment (community, staff, until_n);

-- community
-- one door of one route; its id is made of both, so that phones that add the same door agree.
-- came_n: the newest number at which it came in from being out; went_n: when it left, null while it is live
create table stop (
  community text not null,
  id text not null,
  route text not null,
  home text not null,
  position bigint not null,
  slot_from text,
  slot_to text,
  why text not null,
  source text not null check (source in ('office', 'phone')),
  came_n bigint not null,
  went_n bigint,
  primary key (community, id),
  foreign key (community, route) references route (community, id),
  foreign key (community, home) references home (community, id)
);
create unique index stop_door on stop (community, route, home);
create index stop_home on stop (community, home);

-- community
-- every op a phone was answered for, with its bytes' hash and its answer, for ever;
-- told_n and untold_n: from when to when the person's phones list it under what needs attention
create table op (
  community text not null,
  op text not null,
  device text not null,
  staff text not null references staff (id),
  seq bigint not null,
  kind text not null,
  at text not null,
  route text,
  home text,
  hash text not null,
  status text not null check (status in ('applied', 'flagged', 'rejected')),
  code text not null,
  codes text not null,
  pointer text not null,
  message text not null,
  replaces text,
  body text not null,
  epoch text not null,
  made_n bigint not null,
  received_at text not null,
  told_n bigint,
  untold_n bigint,
  seen_at text,
  primary key (community, op)
);
create index op_told on op (community, staff, told_n) where told_n is not null;
create index op_flagged on op (community, made_n) where status <> 'applied';

-- community
-- which op numbers of a device arrived, as ranges that never touch: holes are counted without a loop
create table arrival (
  community text not null,
  device text not null,
  lo bigint not null,
  hi bigint not null check (hi >= lo),
  primary key (community, device, lo)
) /* clustered */;

-- community
-- one knock. held names the op whose data holds (the visit itself or its greatest correction);
-- outcome, reason, note and data are that op's, kept here so that nobody folds corrections when reading
create table visit (
  community text not null,
  id text not null,
  route text,
  home text not null,
  staff text not null references staff (id),
  device text not null,
  at text not null,
  day text not null,
  outcome text not null,
  reason text,
  note text not null,
  held text not null,
  data text not null,
  status text not null,
  made_n bigint not null,
  received_at text not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id),
  foreign key (community, route) references route (community, id)
);
create index visit_arrival on visit (community, made_n, id);
create index visit_home on visit (community, home, day);

-- community
-- a correction may come before its visit: no foreign key on purpose
create table correction (
  community text not null,
  id text not null,
  visit text not null,
  staff text not null references staff (id),
  at text not null,
  data text not null,
  made_n bigint not null,
  primary key (community, id)
);
create index correction_visit on correction (community, visit);

-- community
-- what a phone noted beside visits: route.start, route.finish, stop.add, stop.skip, delivery.record, code.check
create table mark (
  community text not null,
  id text not null,
  kind text not null,
  route text,
  home text,
  staff text not null references staff (id),
  at text not null,
  data text not null,
  made_n bigint not null,
  received_at text not null,
  primary key (community, id)
);
create index mark_route on mark (community, route, kind);
create index mark_home on mark (community, home);

-- community
-- money said to have changed hands at the door; it moves no balance until the cashier confirms
create table claim (
  community text not null,
  id text not null,
  visit text not null,
  home text not null,
  staff text not null references staff (id),
  channel text not null check (channel in ('cash', 'transfer', 'pos')),
  fen bigint not null check (fen > 0),
  reference text not null,
  taken_at text not null,
  taken_on text not null,
  handed_at text,
  made_n bigint not null,
  received_at text not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id)
);
create index claim_visit on claim (community, visit);
create index claim_home on claim (community, home);

-- community
create table claim_end (
  community text not null,
  claim text not null,
  how text not null check (how in ('confirmed', 'refused', 'withdrawn')),
  payment text,
  reason text not null,
  who text not null,
  at text not null,
  n bigint not null,
  primary key (community, claim),
  foreign key (community, claim) references claim (community, id)
);

-- community
-- what staff say is wrong in a home's contact data: the first one is done, others wait for the office
create table contact_fix (
  community text not null,
  id text not null,
  home text not null,
  field text not null,
  old text not null,
  new text not null,
  staff text not null references staff (id),
  at text not null,
  state text not null check (state in ('done', 'proposed', 'accepted', 'declined')),
  settled_at text,
  settled_by text,
  made_n bigint not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id)
);
create index contact_fix_home on contact_fix (community, home, field);
create index contact_fix_open on contact_fix (community, state);

-- community
-- which visit or delivery names which photo, and whose it is; the bytes lie in blob
create table photo (
  community text not null,
  sha text not null,
  source text not null,
  home text,
  route text,
  staff text not null references staff (id),
  at text not null,
  primary key (community, sha, source)
);
create index photo_source on photo (community, source);

-- community
-- who sent which bytes, so that he can see them before his record arrives
create table upload (
  community text not null,
  sha text not null,
  staff text not null references staff (id),
  device text not null,
  at text not null,
  primary key (community, sha, staff)
) /* clustered */;

-- community
-- a sentence of the office to one person's phones; came_n and went_n as in stop
create table message (
  community text not null,
  id text not null,
  staff text not null references staff (id),
  text text not null,
  at text not null,
  who text not null,
  came_n bigint not null,
  went_n bigint,
  primary key (community, id)
);
create index message_staff on message (community, staff, came_n);

-- community
-- the bytes of an entity as they go out: a cache, written when its n is newer, emptied by migrate
create table body (
  community text not null,
  type text not null,
  id text not null,
  n bigint not null,
  json bytea not null,
  primary key (community, type, id)
) /* clustered */;
