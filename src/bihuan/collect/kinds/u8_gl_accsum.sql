/*
id: u8_gl_accsum
title: {zh: 用友 U8 科目总账 GL_accsum, en: Yonyou U8 account balances GL_accsum}
system: u8
table: account_balance
main: s
sheets:
  s:
    names: [GL_accsum]
    needs: [ccode, iperiod, cbegind_c, mb, md, mc, cendd_c, me]
    may: [iyear, iYPeriod, cexch_name]
  c:
    names: [code]
    needs: [ccode, ccode_name, igrade]
    may: [iyear, bend]
    key: [ccode, iyear]
    optional: true
  a:
    names: [UA_Account]
    needs: [cAcc_Id, cAcc_Name]
    may: [cUnitName]
    key: [cAcc_Id]
    optional: true
notes:
  zh: mb、me 不带符号，方向在 cbegind_c、cendd_c（借、贷、平）；上级与末级科目并存；外币行另成辅助，不重复计入。
  en: >-
    mb and me have no sign, their side is in cbegind_c and cendd_c (借, 贷, 平); parents and leaves stand together;
    rows of a foreign currency become a dimension, so they count once.
*/
WITH account AS (
  SELECT
    ccode,
    arg_max(ccode_name, coalesce(iyear, '')) AS account_name,
    arg_max(bend, coalesce(iyear, '')) AS is_leaf,
    arg_max(igrade, coalesce(iyear, '')) AS level
  FROM c GROUP BY ccode
),
book AS (
  SELECT min(cAcc_Id) AS book_id, min(coalesce(cUnitName, cAcc_Name)) AS unit_name FROM a HAVING count(*) = 1
)
SELECT
  s.sheet, s.line,
  book.book_id AS unit_id,
  book.unit_name,
  book.book_id,
  coalesce(s.iyear, left(s.iYPeriod, 4)) AS fiscal_year,
  s.iperiod AS period,
  s.ccode AS account_code,
  account.account_name,
  account.is_leaf,
  account.level,
  CASE WHEN s.cexch_name IS NOT NULL THEN '币种' END AS aux_kind,
  s.cexch_name AS aux_code,
  s.cbegind_c AS opening_dc,
  s.mb AS opening,
  s.md AS debit,
  s.mc AS credit,
  s.cendd_c AS closing_dc,
  s.me AS closing
FROM s
LEFT JOIN account ON account.ccode = s.ccode
LEFT JOIN book ON true
