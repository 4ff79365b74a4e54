-- thanks: whom do we thank? Consents and draws are facts; streaks, bands and today's honour board are read from them.

-- community
-- given by the payer on his own page, never by staff: who, for what, which words he saw (and the version of the wording),
-- as what his name stands on the screen, on which screens, until when
create table consent (
  community text not null,
  id text not null,
  home text not null,
  resident text not null,
  purpose text not null check (purpose in ('honour', 'draw')),
  words text not null,
  version text not null,
  label text not null,
  screens text not null,
  source text not null,
  given_at text not null,
  given_day text not null,
  end_day text not null check (end_day > given_day),
  primary key (community, id),
  foreign key (community, home) references home (community, id),
  foreign key (community, resident) references resident (community, id)
);
create index consent_home on consent (community, home);
create index consent_end_day on consent (community, end_day);

-- community
create table consent_withdrawal (
  community text not null,
  consent text not null,
  source text not null,
  at text not null,
  primary key (community, consent),
  foreign key (community, consent) references consent (community, id)
) /* clustered */;

-- community
-- entries and the commitment to the seed are public before the draw; the seed is shown after it
create table draw (
  community text not null,
  id text not null,
  title text not null,
  prize text not null,
  winners bigint not null check (winners > 0),
  entries bigint not null check (entries >= winners),
  entries_hash text not null,
  commitment text not null,
  seed text not null,
  made_at text not null,
  draw_day text not null,
  revealed_at text,
  primary key (community, id)
);

-- community
create table draw_entry (
  community text not null,
  draw text not null,
  seq bigint not null,
  consent text not null,
  label text not null,
  place bigint,
  primary key (community, draw, seq),
  foreign key (community, draw) references draw (community, id),
  foreign key (community, consent) references consent (community, id)
) /* clustered */;
