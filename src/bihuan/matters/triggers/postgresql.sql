-- The journal's guard on PostgreSQL. Every statement ends with the mark that triggers/__init__.py splits at.
-- ENABLE ALWAYS: a session that calls itself a replica fires them too.

CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'journal: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- ;;
CREATE OR REPLACE FUNCTION journal_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM matters_entry) THEN
    RAISE EXCEPTION 'journal: a new entry must be the next one of the chain'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
-- ;;
CREATE OR REPLACE FUNCTION journal_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM matters_entry
    WHERE seq = NEW.entry AND matter = NEW.code AND source = '' AND target = NEW.state
  ) THEN
    RAISE EXCEPTION 'journal: a matter is registered with its entry only'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
-- ;;
CREATE OR REPLACE FUNCTION journal_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM matters_entry
    WHERE seq = NEW.entry AND seq > OLD.entry AND matter = OLD.code
      AND source = OLD.state AND target = NEW.state
  ) THEN
    RAISE EXCEPTION 'journal: a state changes only with its entry'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
-- ;;
CREATE OR REPLACE TRIGGER journal_entry_next BEFORE INSERT ON matters_entry
  FOR EACH ROW EXECUTE FUNCTION journal_next();
-- ;;
CREATE OR REPLACE TRIGGER journal_entry_no_update BEFORE UPDATE ON matters_entry
  FOR EACH ROW EXECUTE FUNCTION journal_refuse('entries are never changed');
-- ;;
CREATE OR REPLACE TRIGGER journal_entry_no_delete BEFORE DELETE ON matters_entry
  FOR EACH ROW EXECUTE FUNCTION journal_refuse('entries are never deleted');
-- ;;
CREATE OR REPLACE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON matters_entry
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse('entries are never deleted');
-- ;;
CREATE OR REPLACE TRIGGER journal_checkpoint_no_update BEFORE UPDATE ON matters_checkpoint
  FOR EACH ROW EXECUTE FUNCTION journal_refuse('checkpoints are never changed');
-- ;;
CREATE OR REPLACE TRIGGER journal_checkpoint_no_delete BEFORE DELETE ON matters_checkpoint
  FOR EACH ROW EXECUTE FUNCTION journal_refuse('checkpoints are never deleted');
-- ;;
CREATE OR REPLACE TRIGGER journal_checkpoint_no_truncate BEFORE TRUNCATE ON matters_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse('checkpoints are never deleted');
-- ;;
CREATE OR REPLACE TRIGGER journal_salt_only_blanked BEFORE UPDATE ON matters_salt
  FOR EACH ROW WHEN (NEW.salt <> '' OR (NEW.id, NEW.entry_id, NEW.name) IS DISTINCT FROM (OLD.id, OLD.entry_id, OLD.name))
  EXECUTE FUNCTION journal_refuse('a salt may only be blanked');
-- ;;
CREATE OR REPLACE TRIGGER journal_salt_no_delete BEFORE DELETE ON matters_salt
  FOR EACH ROW EXECUTE FUNCTION journal_refuse('a salt may only be blanked');
-- ;;
CREATE OR REPLACE TRIGGER journal_salt_no_truncate BEFORE TRUNCATE ON matters_salt
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse('a salt may only be blanked');
-- ;;
CREATE OR REPLACE TRIGGER journal_matter_registered BEFORE INSERT ON matters_matter
  FOR EACH ROW EXECUTE FUNCTION journal_registered();
-- ;;
CREATE OR REPLACE TRIGGER journal_matter_moved BEFORE UPDATE ON matters_matter
  FOR EACH ROW WHEN (
    (NEW.state, NEW.resolution, NEW.entry) IS DISTINCT FROM (OLD.state, OLD.resolution, OLD.entry))
  EXECUTE FUNCTION journal_moved();
-- ;;
CREATE OR REPLACE TRIGGER journal_matter_stays BEFORE UPDATE ON matters_matter
  FOR EACH ROW WHEN ((NEW.id, NEW.code) IS DISTINCT FROM (OLD.id, OLD.code))
  EXECUTE FUNCTION journal_refuse('a matter keeps its code');
-- ;;
CREATE OR REPLACE TRIGGER journal_matter_no_delete BEFORE DELETE ON matters_matter
  FOR EACH ROW EXECUTE FUNCTION journal_refuse('matters are never deleted');
-- ;;
CREATE OR REPLACE TRIGGER journal_matter_no_truncate BEFORE TRUNCATE ON matters_matter
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse('matters are never deleted');
-- ;;
ALTER TABLE matters_entry ENABLE ALWAYS TRIGGER journal_entry_next;
ALTER TABLE matters_entry ENABLE ALWAYS TRIGGER journal_entry_no_update;
ALTER TABLE matters_entry ENABLE ALWAYS TRIGGER journal_entry_no_delete;
ALTER TABLE matters_entry ENABLE ALWAYS TRIGGER journal_entry_no_truncate;
ALTER TABLE matters_checkpoint ENABLE ALWAYS TRIGGER journal_checkpoint_no_update;
ALTER TABLE matters_checkpoint ENABLE ALWAYS TRIGGER journal_checkpoint_no_delete;
ALTER TABLE matters_checkpoint ENABLE ALWAYS TRIGGER journal_checkpoint_no_truncate;
ALTER TABLE matters_salt ENABLE ALWAYS TRIGGER journal_salt_only_blanked;
ALTER TABLE matters_salt ENABLE ALWAYS TRIGGER journal_salt_no_delete;
ALTER TABLE matters_salt ENABLE ALWAYS TRIGGER journal_salt_no_truncate;
ALTER TABLE matters_matter ENABLE ALWAYS TRIGGER journal_matter_registered;
ALTER TABLE matters_matter ENABLE ALWAYS TRIGGER journal_matter_moved;
ALTER TABLE matters_matter ENABLE ALWAYS TRIGGER journal_matter_stays;
ALTER TABLE matters_matter ENABLE ALWAYS TRIGGER journal_matter_no_delete;
ALTER TABLE matters_matter ENABLE ALWAYS TRIGGER journal_matter_no_truncate;
-- ;;
