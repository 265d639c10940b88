/*
id: inspur_zwkmzd
title: {zh: 浪潮科目字典 ZWKMZD, en: Inspur chart of accounts ZWKMZD}
system: inspur
table: account
main: k
sheets:
  k:
    names: ['ZWKMZD\w*']
    prefix: ZWKMZD_
    needs: [KMBH, KMMC]
    may: [KJND, DWBH, ZTBH, JS, MX, YEFX, KMXZ, QC]
    named: true
notes:
  zh: YEFX 1 借 2 贷。
  en: YEFX is 1 for debit, 2 for credit.
*/
SELECT
  sheet, line,
  DWBH AS unit_id,
  ZTBH AS book_id,
  KJND AS fiscal_year,
  KMBH AS code,
  KMMC AS name,
  QC AS full_name,
  JS AS level,
  KMXZ AS category,
  CASE YEFX WHEN '1' THEN 'debit' WHEN '借' THEN 'debit' WHEN '2' THEN 'credit' WHEN '0' THEN 'credit' WHEN '-1' THEN 'credit'
    WHEN '贷' THEN 'credit' ELSE YEFX END AS normal_side,
  MX AS is_leaf
FROM k
