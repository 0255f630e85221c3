import type { Client } from 'pg';

/** Only one server at a time migrates. The number is this program's own. */
const MIGRATION_LOCK = 4_720_915;

/**
 * The versions of the tables, oldest first. One that was released is never changed, only followed by another. Each leaves
 * the tables so that servers of the version before can go on until they are replaced.
 */
const migrations: readonly string[] = [
  `
  -- A connection of a server that holds locks. The heartbeat is the proof that it still does.
  CREATE TABLE understudy.sessions (
    id uuid PRIMARY KEY,
    address text,
    pid integer NOT NULL,
    heartbeat timestamptz NOT NULL
  );
  -- epoch: how often a server has taken the world. owner: the session that has it. due: when its next timer fires.
  CREATE TABLE understudy.worlds (
    account text PRIMARY KEY,
    epoch bigint NOT NULL,
    owner uuid,
    snapshot bigint NOT NULL DEFAULT 0,
    due timestamptz
  );
  CREATE INDEX ON understudy.worlds (owner);
  CREATE INDEX ON understudy.worlds (due) WHERE due IS NOT NULL;
  -- The changes of worlds, numbered without gaps. The body is JSON, in \`text\` because \`jsonb\` has no NUL characters.
  CREATE TABLE understudy.changes (
    account text NOT NULL,
    seq bigint NOT NULL,
    epoch bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (account, seq)
  );
  -- The state of a world after the change \`seq\`, in parts.
  CREATE TABLE understudy.snapshots (
    account text NOT NULL,
    seq bigint NOT NULL,
    part integer NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (account, seq, part)
  );
  -- The bytes of media, which many worlds may share.
  CREATE TABLE understudy.media (
    key text PRIMARY KEY,
    size bigint NOT NULL,
    stored timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE understudy.media_parts (
    key text NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (key, part)
  );
  CREATE TABLE understudy.media_uses (
    account text NOT NULL,
    key text NOT NULL,
    PRIMARY KEY (account, key)
  );
  CREATE INDEX ON understudy.media_uses (key);
  `,
  `
  -- Where the MCP port of a server is, and whether it hands its worlds over to others.
  ALTER TABLE understudy.sessions ADD COLUMN mcp_address text, ADD COLUMN leaving boolean NOT NULL DEFAULT false;
  `,
  `
  -- Fault rules, and the version of them that each server has.
  CREATE TABLE understudy.fault_rules (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rule text NOT NULL);
  CREATE SEQUENCE understudy.fault_version;
  ALTER TABLE understudy.sessions ADD COLUMN fault_version bigint NOT NULL DEFAULT 0;
  `,
  `
  -- fenced: another server has taken a world of the session, which has thus lost its locks.
  -- busy_until: the server does something until then that may take longer than it may be silent.
  ALTER TABLE understudy.sessions
    ADD COLUMN fenced boolean NOT NULL DEFAULT false,
    ADD COLUMN busy_until timestamptz;
  -- How often each rule has applied, at all servers.
  ALTER TABLE understudy.fault_rules ADD COLUMN happened bigint NOT NULL DEFAULT 0;
  -- Numbers the servers, so that each gives the exchanges of its journal ids of its own.
  CREATE SEQUENCE understudy.server_numbers;
  -- Secrets that all servers share.
  CREATE TABLE understudy.secrets (name text PRIMARY KEY, secret text NOT NULL);
  INSERT INTO understudy.secrets
  VALUES ('access tokens', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
  `,
];

/** Thrown when the tables were made by a later version of this program. */
class NewerTables extends Error {}

/** Creates the tables, or brings those of an earlier version up to date. */
export async function migrate(client: Pick<Client, 'query'>): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const existing = await client.query<{ found: string | null }>(
      "SELECT to_regclass('understudy.migrations')::text AS found",
    );
    if (existing.rows[0]?.found === null) {
      await client.query('CREATE SCHEMA IF NOT EXISTS understudy');
      await client.query(
        'CREATE TABLE understudy.migrations (version integer PRIMARY KEY, made timestamptz NOT NULL DEFAULT now())',
      );
    }
    const { rows } = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0) AS version FROM understudy.migrations',
    );
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new NewerTables(`they have version ${version}, and this program knows up to ${migrations.length}`);
    }
    for (const [index, statements] of migrations.entries()) {
      if (index < version) continue;
      // oxlint-disable-next-line no-await-in-loop -- in order
      await client.query(statements);
      // oxlint-disable-next-line no-await-in-loop -- in order
      await client.query('INSERT INTO understudy.migrations (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
