/*
id: grp_gl_pznr
title: {zh: 用友政务 GRP-U8/R9 凭证 GL_Pzml + GL_Pznr, en: Yonyou GRP-U8/R9 vouchers GL_Pzml + GL_Pznr}
system: grp
table: journal_line
main: n
sheets:
  n:
    names: [GL_Pznr]
    needs: [kjqj, pzly, pzh, flh, zy, kmdm, jdbz, je]
    may: [gsdm, ztdm, kjnd, bmdm, wldm, xmdm, fzdm4, fzdm5, fzdm6, fzdm7, fzdm8, fzdm9, fzdm10, sl, wbje, kmmc]
  m:
    names: [GL_Pzml]
    needs: [kjqj, pzly, pzh, pzrq]
    may: [gsdm, ztdm, fjzs, sr, sh, jz, jzr, zt]
    key: [gsdm, ztdm, kjqj, pzly, pzh]
    named: true
  k:
    names: [GL_Kmxx]
    needs: [kmdm, kmmc]
    may: [gsdm, ztdm, kjnd]
    key: [gsdm, ztdm, kjnd, kmdm]
    named: true
    optional: true
skip:
  - when: period IN ('0', '00')
    reason: {zh: GRP 期初（期间 00），不是凭证, en: "GRP opening balances (period 00), not vouchers"}
notes:
  zh: zt 为 0 的凭证作废，保留并标明；kjqj 可为 202401 或 1；明细可能只在辅助核算中。
  en: vouchers whose zt is 0 are void, kept and marked; kjqj is 202401 or 1; the detail may lie in dimensions only.
*/
WITH name_of AS (
  SELECT kmdm, coalesce(gsdm, '') AS gsdm, coalesce(ztdm, '') AS ztdm, arg_max(kmmc, coalesce(kjnd, '')) AS kmmc
  FROM k GROUP BY ALL
)
SELECT
  n.sheet, n.line,
  n.gsdm AS unit_id,
  n.ztdm AS book_id,
  coalesce(n.kjnd, CASE WHEN length(n.kjqj) = 6 THEN left(n.kjqj, 4) END) AS fiscal_year,
  CASE WHEN length(n.kjqj) = 6 THEN right(n.kjqj, 2) ELSE n.kjqj END AS period,
  n.pzh AS voucher_no,
  n.flh AS line_no,
  m.pzrq AS voucher_date,
  n.zy AS description,
  n.kmdm AS account_code,
  coalesce(n.kmmc, name_of.kmmc) AS account_name,
  CASE upper(n.jdbz) WHEN 'J' THEN '借' WHEN 'D' THEN '贷' WHEN '1' THEN '借' WHEN '0' THEN '贷' WHEN '-1' THEN '贷'
    ELSE n.jdbz END AS dc,
  n.je AS amount,
  n.wbje AS foreign_amount,
  n.sl AS quantity,
  n.wldm AS counterparty,
  n.bmdm AS department,
  n.xmdm AS project_code,
  nullif(concat_ws(
    ';', 'fzdm4=' || n.fzdm4, 'fzdm5=' || n.fzdm5, 'fzdm6=' || n.fzdm6, 'fzdm7=' || n.fzdm7, 'fzdm8=' || n.fzdm8,
    'fzdm9=' || n.fzdm9, 'fzdm10=' || n.fzdm10
  ), '') AS aux,
  m.fjzs AS attachments,
  m.sr AS prepared_by,
  m.sh AS approved_by,
  coalesce(m.jz, m.jzr) AS posted_by,
  CASE WHEN coalesce(m.jz, m.jzr) IS NOT NULL THEN '1' ELSE '0' END AS is_posted,
  CASE WHEN m.zt = '0' THEN 'void' ELSE 'valid' END AS status,
  n.pzly AS origin_system
FROM n
LEFT JOIN m
  ON m.kjqj = n.kjqj AND m.pzly = n.pzly AND m.pzh = n.pzh
  AND coalesce(m.gsdm, '') = coalesce(n.gsdm, '') AND coalesce(m.ztdm, '') = coalesce(n.ztdm, '')
LEFT JOIN name_of
  ON name_of.kmdm = n.kmdm AND name_of.gsdm = coalesce(n.gsdm, '') AND name_of.ztdm = coalesce(n.ztdm, '')
