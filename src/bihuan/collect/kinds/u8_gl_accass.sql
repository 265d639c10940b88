/*
id: u8_gl_accass
title: {zh: 用友 U8 辅助总账 GL_accass, en: Yonyou U8 balances by dimension GL_accass}
system: u8
table: account_balance
main: s
sheets:
  s:
    names: [GL_accass]
    needs: [ccode, iperiod, cbegind_c, mb, md, mc, cendd_c, me, citem_id, cdept_id, ccus_id]
    may: [iyear, iYPeriod, cexch_name, csup_id, cperson_id, citem_class]
  c:
    names: [code]
    needs: [ccode, ccode_name, igrade]
    may: [iyear]
    key: [ccode, iyear]
    optional: true
  a:
    names: [UA_Account]
    needs: [cAcc_Id, cAcc_Name]
    may: [cUnitName]
    key: [cAcc_Id]
    optional: true
notes:
  zh: 一行可有几个辅助核算，类型与编码按同一次序用 + 相连。
  en: A row may have several dimensions; kinds and codes are joined by + in the same order.
*/
WITH name_of AS (
  SELECT ccode, arg_max(ccode_name, coalesce(iyear, '')) AS account_name FROM c GROUP BY ccode
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
  name_of.account_name,
  coalesce(nullif(concat_ws(
    '+',
    CASE WHEN s.cdept_id IS NOT NULL THEN '部门' END,
    CASE WHEN s.cperson_id IS NOT NULL THEN '个人' END,
    CASE WHEN s.ccus_id IS NOT NULL THEN '客户' END,
    CASE WHEN s.csup_id IS NOT NULL THEN '供应商' END,
    CASE WHEN s.citem_id IS NOT NULL THEN coalesce('项目' || s.citem_class, '项目') END,
    CASE WHEN s.cexch_name IS NOT NULL THEN '币种' END
  ), ''), '辅助') AS aux_kind,
  concat_ws('+', s.cdept_id, s.cperson_id, s.ccus_id, s.csup_id, s.citem_id, s.cexch_name) AS aux_code,
  s.cbegind_c AS opening_dc,
  s.mb AS opening,
  s.md AS debit,
  s.mc AS credit,
  s.cendd_c AS closing_dc,
  s.me AS closing
FROM s
LEFT JOIN name_of ON name_of.ccode = s.ccode
LEFT JOIN book ON true
