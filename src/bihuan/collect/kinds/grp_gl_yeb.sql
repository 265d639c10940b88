/*
id: grp_gl_yeb
title: {zh: 用友政务 GRP-U8/R9 余额表 GL_Yeb / GL_Kmye, en: Yonyou GRP-U8/R9 balances GL_Yeb / GL_Kmye}
system: grp
table: account_balance
main: y
sheets:
  y:
    names: [GL_Yeb, GL_Kmye]
    needs: [kmdm, ncj, ncd, kmjf1, kmdf1]
    may: [gsdm, ztdm, kjnd, bmdm, wldm, xmdm, fzdm4,
          kmjf2, kmjf3, kmjf4, kmjf5, kmjf6, kmjf7, kmjf8, kmjf9, kmjf10, kmjf11, kmjf12, kmjf13,
          kmdf2, kmdf3, kmdf4, kmdf5, kmdf6, kmdf7, kmdf8, kmdf9, kmdf10, kmdf11, kmdf12, kmdf13]
  k:
    names: [GL_Kmxx]
    needs: [kmdm, kmmc]
    may: [gsdm, ztdm, kjnd]
    key: [gsdm, ztdm, kjnd, kmdm]
    named: true
    optional: true
notes:
  zh: 各月并列在一行，拆成每月一行；期初由年初数加以前各月算出，期末由期初加本月；第 13 期无发生额的不成行。
  en: >-
    The months stand side by side and become a row each; openings are the year's opening plus the months before, closings
    the opening plus the month;
    a 13th period without movement gives no row.
*/
WITH months AS (
  SELECT sheet, line, 1 AS month, kmjf1 AS jf, kmdf1 AS df FROM y
  UNION ALL SELECT sheet, line, 2 AS month, kmjf2 AS jf, kmdf2 AS df FROM y
  UNION ALL SELECT sheet, line, 3 AS month, kmjf3 AS jf, kmdf3 AS df FROM y
  UNION ALL SELECT sheet, line, 4 AS month, kmjf4 AS jf, kmdf4 AS df FROM y
  UNION ALL SELECT sheet, line, 5 AS month, kmjf5 AS jf, kmdf5 AS df FROM y
  UNION ALL SELECT sheet, line, 6 AS month, kmjf6 AS jf, kmdf6 AS df FROM y
  UNION ALL SELECT sheet, line, 7 AS month, kmjf7 AS jf, kmdf7 AS df FROM y
  UNION ALL SELECT sheet, line, 8 AS month, kmjf8 AS jf, kmdf8 AS df FROM y
  UNION ALL SELECT sheet, line, 9 AS month, kmjf9 AS jf, kmdf9 AS df FROM y
  UNION ALL SELECT sheet, line, 10 AS month, kmjf10 AS jf, kmdf10 AS df FROM y
  UNION ALL SELECT sheet, line, 11 AS month, kmjf11 AS jf, kmdf11 AS df FROM y
  UNION ALL SELECT sheet, line, 12 AS month, kmjf12 AS jf, kmdf12 AS df FROM y
  UNION ALL SELECT sheet, line, 13 AS month, kmjf13 AS jf, kmdf13 AS df FROM y
),
rolled AS (
  -- An amount that cannot be read leaves its month as text, to be rejected, and later openings empty.
  SELECT
    sheet, line, month, jf, df,
    TRY_CAST(replace(coalesce(jf, '0'), ',', '') AS DECIMAL(18,2))
      - TRY_CAST(replace(coalesce(df, '0'), ',', '') AS DECIMAL(18,2)) AS change
  FROM months
),
opened AS (
  SELECT
    sheet, line, month, jf, df,
    coalesce(sum(change) OVER before, 0) AS moved, change,
    count(*) OVER before = count(change) OVER before AS is_known
  FROM rolled
  WINDOW before AS (PARTITION BY sheet, line ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
name_of AS (
  SELECT kmdm, coalesce(gsdm, '') AS gsdm, coalesce(ztdm, '') AS ztdm, arg_max(kmmc, coalesce(kjnd, '')) AS kmmc
  FROM k GROUP BY ALL
)
SELECT
  y.sheet, y.line,
  y.gsdm AS unit_id,
  y.ztdm AS book_id,
  y.kjnd AS fiscal_year,
  opened.month AS period,
  y.kmdm AS account_code,
  name_of.kmmc AS account_name,
  nullif(concat_ws(
    '+',
    CASE WHEN y.bmdm IS NOT NULL THEN '部门' END,
    CASE WHEN y.wldm IS NOT NULL THEN '往来' END,
    CASE WHEN y.xmdm IS NOT NULL THEN '项目' END,
    CASE WHEN y.fzdm4 IS NOT NULL THEN '辅助4' END
  ), '') AS aux_kind,
  nullif(concat_ws('+', y.bmdm, y.wldm, y.xmdm, y.fzdm4), '') AS aux_code,
  CASE
    WHEN opened.month = 1 THEN coalesce(y.ncj, '0')
    WHEN opened.is_known THEN CAST(TRY_CAST(replace(coalesce(y.ncj, '0'), ',', '') AS DECIMAL(18,2)) + opened.moved AS VARCHAR)
  END AS opening_debit,
  CASE
    WHEN opened.month = 1 OR opened.is_known THEN coalesce(y.ncd, '0')
  END AS opening_credit,
  CASE
    WHEN opened.is_known AND opened.change IS NOT NULL
      THEN CAST(TRY_CAST(replace(coalesce(y.ncj, '0'), ',', '') AS DECIMAL(18,2)) + opened.moved + opened.change AS VARCHAR)
  END AS closing_debit,
  CASE WHEN opened.is_known AND opened.change IS NOT NULL THEN coalesce(y.ncd, '0') END AS closing_credit,
  coalesce(opened.jf, '0') AS debit,
  coalesce(opened.df, '0') AS credit
FROM y
JOIN opened ON opened.sheet = y.sheet AND opened.line = y.line
LEFT JOIN name_of
  ON name_of.kmdm = y.kmdm AND name_of.gsdm = coalesce(y.gsdm, '') AND name_of.ztdm = coalesce(y.ztdm, '')
WHERE opened.month <= 12 OR opened.jf IS NOT NULL OR opened.df IS NOT NULL
