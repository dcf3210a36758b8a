#!/bin/sh
# Run once by the postgres image, on an empty volume: the two roles and the database that the owner owns.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --set=owner_password="$DB_OWNER_PASSWORD" --set=app_password="$DB_APP_PASSWORD" <<'SQL'
-- Makes and changes tables, never serves a request. CREATEDB: a restore fills a second database first.
CREATE ROLE anchorpoint_owner LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION
  PASSWORD :'owner_password';
-- Serves requests and owns nothing, so that row security always binds it.
CREATE ROLE anchorpoint_app LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION
  PASSWORD :'app_password';
-- So that a restore may end the application's sessions.
GRANT anchorpoint_app TO anchorpoint_owner;
CREATE DATABASE anchorpoint OWNER anchorpoint_owner;
SQL
