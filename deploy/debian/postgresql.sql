-- Deux rôles : reglo_proprietaire fait évoluer le schéma et sauvegarde ; reglo sert le site et ne peut rien supprimer.
-- À lancer par : runuser -u postgres -- psql --set=ON_ERROR_STOP=1 --file=deploy/debian/postgresql.sql
CREATE ROLE reglo_proprietaire LOGIN CREATEDB;
CREATE ROLE reglo LOGIN;
CREATE DATABASE reglo OWNER reglo_proprietaire ENCODING 'UTF8' TEMPLATE template0;
\connect reglo
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO reglo_proprietaire;
GRANT USAGE ON SCHEMA public TO reglo;
ALTER DEFAULT PRIVILEGES FOR ROLE reglo_proprietaire IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO reglo;
ALTER DEFAULT PRIVILEGES FOR ROLE reglo_proprietaire IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO reglo;
