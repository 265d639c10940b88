/*
id: u8_gl_accvouch
title: {zh: 用友 U8 凭证表 GL_accvouch, en: Yonyou U8 vouchers GL_accvouch}
system: u8
table: journal_line
main: v
sheets:
  v:
    names: [GL_accvouch]
    needs: [iperiod, csign, ino_id, inid, dbill_date, cdigest, ccode, md, mc]
    may: [iyear, iYPeriod, idoc, cbill, ccheck, cbook, ibook, iflag, ccode_equal, cn_id, coutsysname, cexch_name,
          md_f, mc_f, nd_s, nc_s, cdept_id, cperson_id, ccus_id, csup_id, citem_class, citem_id]
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
skip:
  - when: period IN ('0', '20', '21')
    reason: {zh: U8 期初（iperiod 0、20、21），不是凭证, en: "U8 opening balances (iperiod 0, 20, 21), not vouchers"}
notes:
  zh: iflag 1 为作废、2 为有错，保留并标明；金额是本位币，外币在 md_f、mc_f。
  en: iflag 1 is void and 2 faulty, kept and marked; amounts are in local currency, foreign ones in md_f and mc_f.
*/
WITH name_of AS (
  SELECT ccode, arg_max(ccode_name, coalesce(iyear, '')) AS account_name FROM c GROUP BY ccode
),
book AS (
  -- GL_accvouch has no column for the set of books, so only a single set can be the one.
  SELECT min(cAcc_Id) AS book_id, min(coalesce(cUnitName, cAcc_Name)) AS unit_name FROM a HAVING count(*) = 1
)
SELECT
  v.sheet, v.line,
  book.book_id AS unit_id,
  book.unit_name,
  book.book_id,
  coalesce(v.iyear, left(v.iYPeriod, 4)) AS fiscal_year,
  v.iperiod AS period,
  v.csign AS voucher_word,
  v.ino_id AS voucher_no,
  v.inid AS line_no,
  v.dbill_date AS voucher_date,
  v.cdigest AS description,
  v.ccode AS account_code,
  name_of.account_name,
  v.md AS debit,
  v.mc AS credit,
  CASE WHEN v.cexch_name IS NOT NULL THEN coalesce(nullif(v.md_f, '0'), v.mc_f) END AS foreign_amount,
  coalesce(nullif(v.nd_s, '0'), nullif(v.nc_s, '0')) AS quantity,
  v.ccode_equal AS counter_account,
  coalesce(v.csup_id, v.ccus_id) AS counterparty,
  v.cdept_id AS department,
  v.citem_id AS project_code,
  nullif(concat_ws(';', 'cperson_id=' || v.cperson_id, 'citem_class=' || v.citem_class), '') AS aux,
  v.cn_id AS settlement_no,
  v.idoc AS attachments,
  v.cbill AS prepared_by,
  v.ccheck AS approved_by,
  v.cbook AS posted_by,
  coalesce(v.ibook, CASE WHEN v.cbook IS NOT NULL THEN '1' END) AS is_posted,
  CASE v.iflag WHEN '1' THEN 'void' WHEN '2' THEN 'faulty' ELSE 'valid' END AS status,
  v.coutsysname AS origin_system
FROM v
LEFT JOIN name_of ON name_of.ccode = v.ccode
LEFT JOIN book ON true
