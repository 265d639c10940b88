/*
id: u8_code
title: {zh: 用友 U8 科目表 code, en: Yonyou U8 chart of accounts code}
system: u8
table: account
main: c
sheets:
  c:
    names: [code]
    needs: [ccode, ccode_name, igrade, bproperty, bend]
    may: [iyear, cclass, bcash, bbank, bclose]
  a:
    names: [UA_Account]
    needs: [cAcc_Id, cAcc_Name]
    may: [cUnitName]
    key: [cAcc_Id]
    optional: true
notes:
  zh: bproperty 1 借 0 贷。
  en: bproperty is 1 for debit, 0 for credit.
*/
WITH book AS (
  SELECT min(cAcc_Id) AS book_id, min(coalesce(cUnitName, cAcc_Name)) AS unit_name FROM a HAVING count(*) = 1
)
SELECT
  c.sheet, c.line,
  book.book_id AS unit_id,
  book.unit_name,
  book.book_id,
  c.iyear AS fiscal_year,
  c.ccode AS code,
  c.ccode_name AS name,
  c.igrade AS level,
  c.cclass AS category,
  CASE lower(c.bproperty) WHEN '1' THEN 'debit' WHEN 'true' THEN 'debit' WHEN '0' THEN 'credit' WHEN 'false' THEN 'credit'
    ELSE c.bproperty END AS normal_side,
  c.bend AS is_leaf,
  CASE WHEN '1' IN (c.bcash, c.bbank) OR lower(c.bcash) = 'true' OR lower(c.bbank) = 'true' THEN '1' ELSE c.bcash END
    AS is_cash,
  c.bclose AS is_closed
FROM c
LEFT JOIN book ON true
