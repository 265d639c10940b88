-- The journal's guard on SQLite. Every statement ends with the mark that triggers/__init__.py splits at.
-- INSERT OR REPLACE deletes without asking DELETE triggers, so inserting over what stands is refused by name.

DROP TRIGGER IF EXISTS journal_entry_next;
-- ;;
CREATE TRIGGER journal_entry_next BEFORE INSERT ON matters_entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM matters_entry)
  OR EXISTS (SELECT 1 FROM matters_entry WHERE hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'journal: a new entry must be the next one of the chain');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_entry_no_update;
-- ;;
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON matters_entry
BEGIN
  SELECT RAISE(ABORT, 'journal: entries are never changed');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_entry_no_delete;
-- ;;
CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON matters_entry
BEGIN
  SELECT RAISE(ABORT, 'journal: entries are never deleted');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_checkpoint_once;
-- ;;
CREATE TRIGGER journal_checkpoint_once BEFORE INSERT ON matters_checkpoint
WHEN EXISTS (SELECT 1 FROM matters_checkpoint WHERE id = NEW.id OR day = NEW.day)
BEGIN
  SELECT RAISE(ABORT, 'journal: the day has its checkpoint');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_checkpoint_no_update;
-- ;;
CREATE TRIGGER journal_checkpoint_no_update BEFORE UPDATE ON matters_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'journal: checkpoints are never changed');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_checkpoint_no_delete;
-- ;;
CREATE TRIGGER journal_checkpoint_no_delete BEFORE DELETE ON matters_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'journal: checkpoints are never deleted');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_salt_once;
-- ;;
CREATE TRIGGER journal_salt_once BEFORE INSERT ON matters_salt
WHEN EXISTS (SELECT 1 FROM matters_salt WHERE id = NEW.id OR (entry_id = NEW.entry_id AND name = NEW.name))
BEGIN
  SELECT RAISE(ABORT, 'journal: the text has its salt');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_salt_only_blanked;
-- ;;
CREATE TRIGGER journal_salt_only_blanked BEFORE UPDATE ON matters_salt
WHEN NEW.salt <> '' OR NEW.id IS NOT OLD.id OR NEW.entry_id IS NOT OLD.entry_id OR NEW.name IS NOT OLD.name
BEGIN
  SELECT RAISE(ABORT, 'journal: a salt may only be blanked');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_salt_no_delete;
-- ;;
CREATE TRIGGER journal_salt_no_delete BEFORE DELETE ON matters_salt
BEGIN
  SELECT RAISE(ABORT, 'journal: a salt may only be blanked');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_matter_registered;
-- ;;
CREATE TRIGGER journal_matter_registered BEFORE INSERT ON matters_matter
WHEN EXISTS (SELECT 1 FROM matters_matter WHERE id = NEW.id OR code = NEW.code)
  OR NOT EXISTS (
    SELECT 1 FROM matters_entry
    WHERE seq = NEW.entry AND matter = NEW.code AND source = '' AND target = NEW.state)
BEGIN
  SELECT RAISE(ABORT, 'journal: a matter is registered with its entry only');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_matter_moved;
-- ;;
CREATE TRIGGER journal_matter_moved BEFORE UPDATE OF state, resolution, entry ON matters_matter
WHEN (NEW.state IS NOT OLD.state OR NEW.resolution IS NOT OLD.resolution OR NEW.entry IS NOT OLD.entry)
  AND NOT EXISTS (
    SELECT 1 FROM matters_entry
    WHERE seq = NEW.entry AND seq > OLD.entry AND matter = OLD.code
      AND source = OLD.state AND target = NEW.state)
BEGIN
  SELECT RAISE(ABORT, 'journal: a state changes only with its entry');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_matter_stays;
-- ;;
CREATE TRIGGER journal_matter_stays BEFORE UPDATE OF id, code ON matters_matter
WHEN NEW.id IS NOT OLD.id OR NEW.code IS NOT OLD.code
BEGIN
  SELECT RAISE(ABORT, 'journal: a matter keeps its code');
END;
-- ;;
DROP TRIGGER IF EXISTS journal_matter_no_delete;
-- ;;
CREATE TRIGGER journal_matter_no_delete BEFORE DELETE ON matters_matter
BEGIN
  SELECT RAISE(ABORT, 'journal: matters are never deleted');
END;
-- ;;
