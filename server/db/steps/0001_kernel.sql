-- The kernel's own tables: what every room needs and none owns.

-- global
create table step (name text not null primary key);

-- global
create table meta (name text not null primary key, value text not null);

-- community
create table pen (community text not null primary key, n bigint not null);

-- community: the newest pen number at which an entity's facts changed
create table touched (
  community text not null,
  type text not null,
  id text not null,
  n bigint not null,
  primary key (community, type, id)
) /* clustered */;
create index touched_n on touched (community, n);

-- community
create table audit (
  community text not null,
  n bigint not null,
  at text not null,
  who text not null,
  verb text not null,
  primary key (community, n)
) /* clustered */;

-- community: numbers Koumen gives out (receipts, notices)
create table counter (
  community text not null,
  name text not null,
  n bigint not null,
  primary key (community, name)
) /* clustered */;

-- community: tries of logins, enrolments and unlocks, per window
create table throttle (
  community text not null,
  what text not null,
  subject text not null,
  bucket text not null,
  n bigint not null,
  primary key (community, what, subject, bucket)
) /* clustered */;

-- community: photos and PDFs by the hash of their bytes
create table blob (
  community text not null,
  sha text not null,
  kind text not null,
  bytes bytea not null,
  at text not null,
  primary key (community, sha)
);

-- community: answers already given under an Idempotency-Key
create table idem (
  community text not null,
  key text not null,
  hash text not null,
  status bigint not null,
  answer text not null,
  at text not null,
  primary key (community, key)
);
