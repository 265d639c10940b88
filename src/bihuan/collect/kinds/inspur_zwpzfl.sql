/*
id: inspur_zwpzfl
title: {zh: 浪潮凭证 ZWPZK + ZWPZFL, en: Inspur vouchers ZWPZK + ZWPZFL}
system: inspur
table: journal_line
main: f
sheets:
  f:
    names: ['ZWPZFL\w*']
    prefix: ZWPZFL_
    needs: [PZNM, KMBH, ZY]
    may: [FLBH, FLNM, JZFX, JE, JJE, DJE, WB, SL, DWBH, BMBH, WLBH, XMBH]
    named: true
  z:
    names: ['ZWPZK\w*']
    prefix: ZWPZK_
    needs: [PZNM, PZBH, PZRQ]
    may: [KJND, KJQJ, FJZS, ZDR, FHR, SHR, JZR, PZLX, LXBH, DWBH, ZTBH, ZF]
    key: [PZNM]
  k:
    names: ['ZWKMZD\w*']
    prefix: ZWKMZD_
    needs: [KMBH, KMMC]
    key: [KMBH]
    optional: true
notes:
  zh: 旧账以 JZFX（1 借）加 JE，新账以 JJE、DJE；字段带不带表名前缀都认。
  en: Older books have JZFX (1 is debit) and JE, newer ones JJE and DJE; headings may bear the table's name or not.
*/
SELECT
  f.sheet, f.line,
  coalesce(f.DWBH, z.DWBH) AS unit_id,
  z.ZTBH AS book_id,
  coalesce(z.KJND, left(z.KJQJ, nullif(length(z.KJQJ), 2) - 2)) AS fiscal_year,
  CASE WHEN length(z.KJQJ) = 6 THEN right(z.KJQJ, 2) ELSE z.KJQJ END AS period,
  f.PZNM AS voucher_id,
  coalesce(z.PZLX, z.LXBH) AS voucher_word,
  z.PZBH AS voucher_no,
  coalesce(f.FLBH, f.FLNM) AS line_no,
  z.PZRQ AS voucher_date,
  f.ZY AS description,
  f.KMBH AS account_code,
  k.KMMC AS account_name,
  CASE WHEN f.JJE IS NULL AND f.DJE IS NULL
    THEN CASE f.JZFX WHEN '1' THEN '借' WHEN '2' THEN '贷' WHEN '0' THEN '贷' WHEN '-1' THEN '贷' ELSE f.JZFX END
  END AS dc,
  CASE WHEN f.JJE IS NULL AND f.DJE IS NULL THEN f.JE END AS amount,
  f.JJE AS debit,
  f.DJE AS credit,
  f.WB AS foreign_amount,
  f.SL AS quantity,
  f.WLBH AS counterparty,
  f.BMBH AS department,
  f.XMBH AS project_code,
  z.FJZS AS attachments,
  z.ZDR AS prepared_by,
  coalesce(z.FHR, z.SHR) AS approved_by,
  z.JZR AS posted_by,
  CASE WHEN z.ZF = '1' THEN 'void' ELSE 'valid' END AS status
FROM f
LEFT JOIN z ON z.PZNM = f.PZNM
LEFT JOIN k ON k.KMBH = f.KMBH
