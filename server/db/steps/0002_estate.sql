-- estate: who lives there?

-- global
create table community (
  id text not null primary key,
  no bigint not null unique check (no between 1 and 32767),
  name text not null unique check (name <> ''),
  created_at text not null
);

-- community
-- words of the company that letters, pay page and lobby print: company, phone, office, hours, payee, bank, account
create table setting (
  community text not null references community (id),
  key text not null,
  text text not null,
  primary key (community, key)
) /* clustered */;

-- community
-- id is the building's part of the room code ('3', '商铺'); name is what people say ('3栋')
create table building (
  community text not null references community (id),
  id text not null,
  name text not null,
  position bigint not null,
  primary key (community, id)
) /* clustered */;

-- community
create table home (
  community text not null,
  id text not null,
  code text not null,
  building text not null,
  unit text not null,
  room text not null,
  address text not null,
  floor bigint,
  area bigint not null check (area >= 0),
  kind text not null,
  state text not null,
  rate_fen bigint check (rate_fen >= 0),
  handover text,
  note text not null,
  position bigint not null,
  made_n bigint not null,
  primary key (community, id),
  unique (community, code),
  foreign key (community, building) references building (community, id)
);
create index home_walk on home (community, position, code);
-- the newest home of a building, for the phones' list of rooms
create index home_building on home (community, building, made_n);

-- community
-- until is the first day on which the person no longer owns or lives; null while it lasts
create table resident (
  community text not null,
  id text not null,
  home text not null,
  role text not null check (role in ('owner', 'tenant')),
  name text not null,
  since text not null,
  until text check (until >= since),
  position bigint not null,
  forgotten_at text,
  primary key (community, id),
  foreign key (community, home) references home (community, id)
);
create index resident_home on resident (community, home, role, position);

-- community
create table phone (
  community text not null,
  id text not null,
  home text not null,
  resident text not null,
  number text not null,
  until text,
  primary key (community, id),
  foreign key (community, home) references home (community, id),
  foreign key (community, resident) references resident (community, id)
);
create index phone_home on phone (community, home, id);
create index phone_resident on phone (community, resident);

-- community
-- every edit: who, when, what it was and what it became
create table home_change (
  community text not null,
  id text not null,
  home text not null,
  resident text,
  n bigint not null,
  at text not null,
  who text not null,
  field text not null,
  old text not null,
  new text not null,
  primary key (community, id),
  foreign key (community, home) references home (community, id)
);
create index home_change_home on home_change (community, home, n);

-- community
-- who looked at a home, once a person and minute
create table look (
  community text not null,
  home text not null,
  at text not null,
  who text not null,
  primary key (community, home, at, who)
) /* clustered */;
create index look_at on look (community, at);

-- community
-- search index: every way to ask for a home, read by prefix; kind room, name, past (a former resident), phone
create table home_word (
  community text not null,
  word text not null,
  home text not null,
  kind text not null,
  primary key (community, word, home, kind)
) /* clustered */;
create index home_word_home on home_word (community, home);
