-- What pay keeps of printed codes. The token itself is never stored: it is computed from the handle and the key.

-- community
create table paycode (
    community text not null references community (id),
    handle text not null check (length(handle) = 8),
    class text not null check (class in ('sealed', 'door', 'lobby')),
    home text,
    owner text,
    notice text,
    version bigint not null check (version between 0 and 31),
    match text not null check (length(match) = 4),
    created_at text not null,
    printed_at text not null,
    expires text not null,
    revoked_at text,
    replaced_by text,
    primary key (community, handle),
    foreign key (community, home) references home (community, id),
    foreign key (community, owner) references resident (community, id),
    foreign key (community, replaced_by) references paycode (community, handle),
    check (class = 'lobby' or home is not null)
);
create index paycode_home on paycode (community, home, class);

-- community
create table code_report (
    community text not null references community (id),
    id text not null,
    handle text,
    scanned text not null,
    place text not null,
    source text not null check (source in ('owner', 'patrol', 'office')),
    at text not null,
    closed_at text,
    closed_by text,
    primary key (community, id)
);
create index code_report_open on code_report (community, closed_at, at);
