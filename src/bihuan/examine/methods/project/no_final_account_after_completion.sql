/*
id: no_final_account_after_completion
title: {zh: 竣工后长期未办理决算, en: Completed long ago and no final account}
status: stable
role: lead
level: medium
basis: [invest-25]
why:
  zh: 项目竣工或已投入使用，却迟迟不编报竣工财务决算：造价没有锁定，结余资金没有缴回，资产没有入账。进度长期停在百分之百而不办竣工，也是如此。
  en: The works are complete or in use and no final account was made, so that the price stays open, balances are not returned and the asset is not in the books. The same holds where progress stays at a hundred per cent and nobody calls it complete.
not_when:
  zh: 结算存在诉讼或仲裁；经批准延期；分期项目整体竣工后统一决算；决算批复没有录入。
  en: The settlement is in court; an extension was approved; phases are accounted for together; the approval was not recorded.
ask:
  zh: 竣工验收报告、结算送审情况、决算编报和批复文件、结余资金、资产交付和入账凭证。
  en: The acceptance report, the state of settlements, the final account and its approval, the balance, how the asset was booked.
reads: [project, unit_parameter]
optional: [milestone, payment]
population: {table: project, where: "coalesce(status, '') <> 'cancelled'"}
max_share: 0.3
scope: all
params:
  finished: "竣工验收|完工验收|交工验收|竣工备案|交付使用|投入使用"
  accounted: "决算"
lead: {unit: unit_id, subject: [project_code], amount: amount, currency: currency, on: done_on}
reason:
  zh: "“{name}”{done_on}已完成（{how}），至{as_of}过去{days}天（应在{days_allowed}天内），没有竣工财务决算。"
  en: "“{name}” was done on {done_on} ({how}); {days} days later, on {as_of}, there is no final account ({days_allowed} allowed)."
examples:
  - says: complete for a year; at a hundred per cent for a year and never called complete; with a final account, with one among the milestones, recent ones and works that go on are left alone
    given:
      project:
        - &works {project_code: P1, name: 甲工程, planned_total: 1000000.00, status: completed, completed_on: 2024-12-01, reported_on: 2026-01-10}
        - {<<: *works, project_code: P2, completed_on: null, status: implementation}
        - {<<: *works, project_code: P3, final_cost: 900000.00}
        - {<<: *works, project_code: P4}
        - {<<: *works, project_code: P5, completed_on: 2025-11-20}
        - {<<: *works, project_code: P6, completed_on: null, status: implementation}
      milestone:
        - &report {project_code: P2, milestone_no: 202411, title: 11月进度, progress: 1, reported_on: 2024-11-25}
        - {<<: *report, milestone_no: 202412, reported_on: 2024-12-25}
        - {project_code: P4, milestone_no: "5", title: 竣工财务决算批复, status: met, met_on: 2025-03-01}
        - {<<: *report, project_code: P6, progress: 0.98}
        - {project_code: P6, milestone_no: "4", title: 竣工验收, status: scheduled, due_on: 2025-06-01}
    expect:
      - {project_code: P1, days: 405, how: 竣工 completed, project_rows: [1]}
      - {project_code: P2, days: 411, how: 进度或验收 by progress or acceptance, project_rows: [2], milestone_rows: [1, 2]}
*/
WITH finished AS (
  SELECT project_code, min(coalesce(met_on, reported_on)) AS done_on,
    list_sort(list(row_id)) AS milestone_rows
  FROM milestone
  WHERE project_code IS NOT NULL
    AND (progress >= 1 AND reported_on IS NOT NULL AND due_on IS NULL
      OR regexp_matches(coalesce(title, ''), $finished) AND NOT regexp_matches(coalesce(title, ''), $accounted)
        AND met_on IS NOT NULL)
  GROUP BY project_code
),
accounted AS (
  SELECT project_code
  FROM milestone
  WHERE regexp_matches(coalesce(title, ''), $accounted) AND (met_on IS NOT NULL OR status = 'met')
  GROUP BY project_code
),
days AS (
  SELECT max(reported_on) AS day
  FROM project
  UNION ALL
  SELECT max(reported_on) AS day
  FROM milestone
  UNION ALL
  SELECT max(paid_on) AS day
  FROM payment
),
books AS (
  SELECT max(day) AS as_of
  FROM days
),
done AS (
  SELECT project.row_id, project.unit_id, project.project_code, coalesce(project.name, project.project_code) AS name,
    coalesce(project.invested, project.estimate, project.planned_total, 0) AS amount, project.currency,
    coalesce(project.completed_on, project.handed_over_on, finished.done_on) AS done_on,
    CASE WHEN project.completed_on IS NOT NULL THEN '竣工 completed' WHEN project.handed_over_on IS NOT NULL THEN '投用 in use'
      ELSE '进度或验收 by progress or acceptance' END AS how,
    finished.milestone_rows
  FROM project
  LEFT JOIN finished ON finished.project_code = project.project_code
  LEFT JOIN accounted ON accounted.project_code = project.project_code
  WHERE project.final_cost IS NULL AND project.final_on IS NULL AND accounted.project_code IS NULL
    AND coalesce(project.status, '') <> 'cancelled'
)
SELECT done.unit_id, done.project_code, done.name, CAST(done.amount AS DECIMAL(18, 2)) AS amount, done.currency, done.done_on,
  done.how, books.as_of, date_diff('day', done.done_on, books.as_of) AS days, allowed.value AS days_allowed,
  list_sort(list(done.row_id)) AS project_rows,
  list_sort(list_distinct(flatten(list(done.milestone_rows) FILTER (WHERE done.milestone_rows IS NOT NULL)))) AS milestone_rows
FROM done
JOIN books ON books.as_of IS NOT NULL
JOIN unit_parameter AS allowed ON allowed.unit_id = done.unit_id AND allowed.name = 'project_final_account_days'
  AND done.done_on >= allowed.valid_from AND done.done_on < coalesce(allowed.valid_to, DATE '9999-12-31')
WHERE date_diff('day', done.done_on, books.as_of) > CAST(allowed.value AS INTEGER)
GROUP BY done.row_id, done.unit_id, done.project_code, done.name, done.amount, done.currency, done.done_on, done.how, books.as_of,
  allowed.value
