/*
id: grp_gl_kmxx
title: {zh: 用友政务 GRP-U8/R9 科目 GL_Kmxx, en: Yonyou GRP-U8/R9 chart of accounts GL_Kmxx}
system: grp
table: account
main: k
sheets:
  k:
    names: [GL_Kmxx]
    needs: [kmdm, kmmc, yefx]
    may: [gsdm, ztdm, kjnd, kmqc, kmlb, kmmx, kmjc, syzt]
notes:
  zh: yefx 为 借、贷，或 J、D，或 1、-1（0）。
  en: yefx is 借 or 贷, or J or D, or 1 or -1 (0).
*/
SELECT
  sheet, line,
  gsdm AS unit_id,
  ztdm AS book_id,
  kjnd AS fiscal_year,
  kmdm AS code,
  kmmc AS name,
  kmqc AS full_name,
  kmjc AS level,
  kmlb AS category,
  CASE upper(yefx)
    WHEN '借' THEN 'debit' WHEN 'J' THEN 'debit' WHEN '1' THEN 'debit'
    WHEN '贷' THEN 'credit' WHEN 'D' THEN 'credit' WHEN '-1' THEN 'credit' WHEN '0' THEN 'credit'
    ELSE yefx
  END AS normal_side,
  kmmx AS is_leaf,
  CASE syzt WHEN '1' THEN '0' WHEN '0' THEN '1' END AS is_closed
FROM k
