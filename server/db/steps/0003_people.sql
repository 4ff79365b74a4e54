-- people: who works here?

-- global
-- community is the home community: passwords, sessions, tokens and phones of a person lie there
create table staff (
  id text not null primary key,
  name text not null check (name <> ''),
  phone text not null,
  community text not null references community (id),
  created_at text not null,
  left_at text
);
create index staff_name on staff (name);
create index staff_phone on staff (phone);

-- global
-- the communities a person was ever put to work in: where to look for memberships, never who may do what
create table posting (
  staff text not null references staff (id),
  community text not null references community (id),
  primary key (staff, community)
) /* clustered */;

-- community
-- who works where as what; kept as history, at most one live row a person
create table member (
  community text not null,
  staff text not null references staff (id),
  since text not null,
  role text not null check (role in ('manager', 'clerk', 'cashier', 'collector')),
  buildings text not null,
  until text check (until >= since),
  primary key (community, staff, since)
);
create unique index member_live on member (community, staff) where until is null;

-- community
create table credential (
  community text not null,
  staff text not null references staff (id),
  hash text not null,
  changed_at text not null,
  primary key (community, staff)
);

-- community
create table session (
  community text not null,
  id text not null,
  token_hash text not null,
  staff text not null references staff (id),
  created_at text not null,
  expires_at text not null,
  ended_at text,
  primary key (community, id),
  unique (community, token_hash)
);
create index session_staff on session (community, staff);

-- community
create table token (
  community text not null,
  id text not null,
  token_hash text not null,
  staff text not null references staff (id),
  label text not null,
  created_at text not null,
  created_by text not null,
  revoked_at text,
  primary key (community, id),
  unique (community, token_hash)
);
create index token_staff on token (community, staff);

-- community
create table invite (
  community text not null,
  id text not null,
  token_hash text not null,
  staff text not null references staff (id),
  created_at text not null,
  created_by text not null,
  expires_at text not null,
  used_at text,
  primary key (community, id),
  unique (community, token_hash)
);
create index invite_staff on invite (community, staff);

-- community
create table enrol_code (
  community text not null,
  code_hash text not null,
  staff text not null references staff (id),
  created_at text not null,
  created_by text not null,
  expires_at text not null,
  used_at text,
  device text,
  primary key (community, code_hash)
);

-- community
-- pending and n_high are what the phone last said of itself: ops not yet sent, greatest op number made
create table device (
  community text not null,
  id text not null,
  staff text not null references staff (id),
  token_hash text not null,
  name text not null,
  app text not null,
  created_at text not null,
  revoked_at text,
  lost text,
  seen_at text,
  pending bigint not null,
  n_high bigint not null,
  primary key (community, id),
  unique (community, token_hash)
);
create index device_staff on device (community, staff);
