-- What notices keep: the papers that were printed, what stood on them, and the proof that they arrived.

-- community
create table printing (
    community text not null references community (id),
    id text not null,
    route text,
    kind text not null check (kind in ('letter', 'slip', 'sticker')),
    printed_on text not null,
    sha text,
    pages bigint,
    papers bigint not null,
    at text not null,
    who text not null,
    messages text not null,
    primary key (community, id)
);
create index printing_at on printing (community, at);

-- community
create table notice (
    community text not null references community (id),
    id text not null,
    number text not null,
    home text not null,
    kind text not null check (kind in ('letter', 'slip', 'sticker')),
    step text not null check (step in ('reminder', 'second', 'final', 'none')),
    route text,
    code_handle text not null,
    fen bigint not null,
    since_day text,
    last_day text,
    match text not null,
    content text not null,
    printing text not null,
    printed_at text not null,
    primary key (community, id),
    unique (community, number),
    foreign key (community, home) references home (community, id),
    foreign key (community, code_handle) references paycode (community, handle),
    foreign key (community, printing) references printing (community, id)
);
create index notice_home on notice (community, home, printed_at);
create index notice_route on notice (community, route, kind);
create index notice_code on notice (community, code_handle);
create index notice_printing on notice (community, printing);

-- community
create table delivery (
    community text not null references community (id),
    id text not null,
    notice text not null,
    home text not null,
    proof text not null check (proof in ('signed', 'refused_witnessed', 'registered_mail', 'electronic_ack', 'posted', 'handed')),
    signer text check (signer in ('owner', 'adult_relative', 'authorised', 'other')),
    at text not null,
    staff text not null,
    source text not null,
    restarts_clock bigint not null check (restarts_clock in (0, 1)),
    primary key (community, id),
    foreign key (community, notice) references notice (community, id),
    foreign key (community, home) references home (community, id)
);
create index delivery_notice on delivery (community, notice);

-- community
create table wording (
    community text not null references community (id),
    step text not null check (step in ('reminder', 'second', 'final', 'none')),
    variant text not null check (variant in ('plain', 'expired')),
    title text not null,
    opening text not null,
    closing text not null,
    at text not null,
    who text not null,
    primary key (community, step, variant)
);
