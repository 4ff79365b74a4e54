-- What a push writes lies side by side: visits of a day and of a route do, visits of fifty homes do not. What homes were
-- visited when, `contact` knows.
drop index visit_home;
drop index visit_day;
create index visit_day on visit (community, day, home);
create index visit_route on visit (community, route);
