-- cases: what we do about it. Facts only; every state (kept, open, broken, safe until) is derived when read.

-- community
create table contact (
  community text not null, id text not null, home text not null,
  at text not null, day text not null,
  kind text not null,
  staff text not null, outcome text not null, note text not null, source text not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id));
create index contact_by_home on contact (community, home, at);
create index contact_by_day on contact (community, day);

-- community
create table interruption (
  community text not null, id text not null, home text not null,
  day text not null, ground text not null, source text not null, n bigint not null,
  primary key (community, id),
  unique (community, home, day, ground),
  foreign key (community, home) references home (community, id));

-- community
create table promise (
  community text not null, id text not null, home text not null,
  due text not null, fen bigint not null check (fen >= 0),
  made_on text not null, staff text not null, source text not null, n bigint not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id));
create index promise_by_home on promise (community, home, due);
create index promise_by_due on promise (community, due);

-- community
create table promise_end (
  community text not null, promise text not null,
  how text not null check (how in ('cancelled', 'replaced')),
  replaced_by text, day text not null, who text not null, reason text not null, n bigint not null,
  primary key (community, promise),
  foreign key (community, promise) references promise (community, id),
  foreign key (community, replaced_by) references promise (community, id));

-- community
create table ticket (
  community text not null, id text not null, home text not null,
  kind text not null, text text not null, bill text,
  opened_at text not null, opened_on text not null, due_on text not null,
  staff text not null, source text not null, n bigint not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id));
create index ticket_by_home on ticket (community, home, opened_at);

-- community
create table ticket_closing (
  community text not null, ticket text not null,
  result text not null, at text not null, day text not null, who text not null,
  satisfied text check (satisfied in ('yes', 'no')), n bigint not null,
  primary key (community, ticket),
  foreign key (community, ticket) references ticket (community, id));

-- community
create table request (
  community text not null, id text not null, home text not null,
  kind text not null check (kind in ('instalment', 'delay')),
  text text not null, at text not null, day text not null, staff text not null, source text not null, n bigint not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id));
create index request_by_home on request (community, home, at);

-- community
create table request_answer (
  community text not null, request text not null,
  answer text not null check (answer in ('granted', 'refused')),
  note text not null, at text not null, day text not null, who text not null, n bigint not null,
  primary key (community, request),
  foreign key (community, request) references request (community, id));

-- community
create table instalment_plan (
  community text not null, id text not null, home text not null,
  made_on text not null, who text not null, note text not null, source text not null, n bigint not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id));
create index instalment_plan_by_home on instalment_plan (community, home);

-- community
create table instalment (
  community text not null, plan text not null, seq bigint not null,
  due text not null, fen bigint not null check (fen > 0),
  primary key (community, plan, seq),
  foreign key (community, plan) references instalment_plan (community, id)) /* clustered */;

-- community
create table plan_end (
  community text not null, plan text not null,
  day text not null, who text not null, reason text not null, n bigint not null,
  primary key (community, plan),
  foreign key (community, plan) references instalment_plan (community, id));

-- community
create table script (
  community text not null, key text not null, text text not null, n bigint not null,
  primary key (community, key)) /* clustered */;
