-- kiosk: what does the lobby see? Announcements, disclosures, screens, and proof of what was shown.

-- community
-- the newest version; every version with who and when stands in announcement_version.
-- days are Shanghai's and inclusive; weekdays '1234567' and hours '08:00-20:00' narrow them, '' does not;
-- held is what makes an imported text wait for a look ('' = nothing);
-- buildings is a JSON list of building ids, [] for all; an emergency shows only between approved_at and until_at
create table announcement (
  community text not null,
  id text not null,
  title text not null check (title <> ''),
  text text not null,
  kind text not null,
  from_day text not null,
  to_day text not null check (to_day >= from_day),
  pinned bigint not null check (pinned in (0, 1)),
  weekdays text not null,
  hours text not null,
  buildings text not null,
  source text not null,
  held text not null,
  version bigint not null check (version > 0),
  made_at text not null,
  made_by text not null,
  approved_at text,
  approved_by text,
  until_at text,
  withdrawn_at text,
  withdrawn_by text,
  primary key (community, id)
);
create index announcement_days on announcement (community, to_day);

-- community
create table announcement_version (
  community text not null,
  announcement text not null,
  version bigint not null,
  title text not null,
  text text not null,
  kind text not null,
  from_day text not null,
  to_day text not null,
  pinned bigint not null,
  at text not null,
  who text not null,
  primary key (community, announcement, version),
  foreign key (community, announcement) references announcement (community, id)
) /* clustered */;

-- community
-- income and expense of one fund and period as published: never edited, corrected by another that names it
create table disclosure (
  community text not null,
  id text not null,
  fund text not null,
  regime text not null,
  period text not null,
  opening_fen bigint not null,
  in_fen bigint not null check (in_fen >= 0),
  out_fen bigint not null check (out_fen >= 0),
  closing_fen bigint not null check (closing_fen = opening_fen + in_fen - out_fen),
  prepared_by text not null check (prepared_by <> ''),
  checked_by text not null check (checked_by <> '' and checked_by <> prepared_by),
  published_at text not null,
  published_day text not null,
  public_until text not null check (public_until >= published_day),
  corrects text,
  reason text not null,
  who text not null,
  primary key (community, id),
  unique (community, corrects),
  foreign key (community, corrects) references disclosure (community, id)
);
create index disclosure_until on disclosure (community, public_until);

-- community
create table disclosure_line (
  community text not null,
  disclosure text not null,
  side text not null check (side in ('in', 'out')),
  seq bigint not null,
  head text not null check (head <> ''),
  fen bigint not null check (fen >= 0),
  primary key (community, disclosure, side, seq),
  foreign key (community, disclosure) references disclosure (community, id)
) /* clustered */;

-- community
-- inches is the panel's diagonal, distance_cm where people stand; next_hash is a token not yet used
create table screen (
  community text not null,
  id text not null,
  name text not null,
  building text not null,
  inches bigint not null check (inches > 0),
  distance_cm bigint not null check (distance_cm > 0),
  made_at text not null,
  made_by text not null,
  token_hash text not null,
  token_at text not null,
  next_hash text,
  revoked_at text,
  primary key (community, id)
);

-- community
-- the last report of a screen, overwritten: not a fact, so without the pen; display keeps what must last
create table beat (
  community text not null,
  screen text not null,
  at text not null,
  rev text not null,
  lag_since text,
  slide text not null,
  painted_at text not null,
  heap bigint not null,
  clock_ms bigint not null,
  errors text not null,
  run text not null,
  run_from text not null,
  shown text not null,
  width bigint not null,
  height bigint not null,
  wish text not null,
  primary key (community, screen),
  foreign key (community, screen) references screen (community, id)
) /* clustered */;

-- community
-- proof of publicity: closed intervals of display, each naming the hash of the one before on that screen
create table display (
  community text not null,
  screen text not null,
  seq bigint not null,
  from_at text not null,
  to_at text not null,
  rev text not null,
  shown text not null,
  prev_hash text not null,
  hash text not null,
  primary key (community, screen, seq),
  unique (community, screen, prev_hash),
  foreign key (community, screen) references screen (community, id)
) /* clustered */;
create index display_day on display (community, from_at);

-- community
-- the figures the lobby keeps while an import is open
create table lobby_hold (
  community text not null primary key,
  at text not null,
  figures text not null
);

-- global
-- screens that ask to be paired; they know no community yet. Ten minutes, single use.
create table pairing (
  code text not null primary key,
  poll_hash text not null unique,
  asked_from text not null,
  asked_at text not null,
  expires_at text not null,
  community text,
  screen text
);
create index pairing_expires on pairing (expires_at);
