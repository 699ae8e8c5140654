# A database with a role of its own, from the template of the platform whose PostgreSQL is the container $SERVER, as
# src/resources/tenant-database.ts declares it: $NAME, $PASSWORD, and how many sessions the role may open, $SESSIONS.
set -eu
docker exec -i -u postgres "$SERVER" psql -qXw -v ON_ERROR_STOP=1 <<SQL
create role ${NAME}_user login connection limit $SESSIONS password '$PASSWORD';
create database ${NAME}_db owner ${NAME}_user template tenant_template;
revoke all on database ${NAME}_db from public;
grant connect on database ${NAME}_db to pgb_auth;
\connect ${NAME}_db
alter default privileges for role ${NAME}_user revoke execute on functions from public;
SQL
