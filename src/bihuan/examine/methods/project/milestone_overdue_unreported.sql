/*
id: milestone_overdue_unreported
title: {zh: 节点逾期而未报告, en: A milestone is overdue and nobody said so}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 计划节点早已到期，既没有完成也没有说明原因；月报停报，或者月月报“正常”而进度一动不动，项目可能停工、烂尾，资金沉淀。
  en: A planned milestone is long past, neither met nor explained; reports have stopped, or say that all is well while progress stands still. The works may have stopped and the money lie idle.
not_when:
  zh: 延期已经批准或备案而未录入；节点已完成但未销号；项目已终止。
  en: An extension was approved and not recorded; the milestone was met and not ticked off; the project was ended.
ask:
  zh: 现场情况、监理月报、停工或延期的批准文件、施工单位在场人员、资金结存。
  en: The site, the supervisor's reports, any order to stop or extension, who is on site, the balance of the fund.
reads: [milestone, unit_parameter]
optional: [project]
population: {table: milestone, where: "due_on IS NOT NULL AND progress IS NULL AND project_code IS NOT NULL"}
max_share: 0.2
scope: all
params:
  still_days: 90
  explained: "延期|延误|滞后|停工|暂停|缓建|推迟|逾期|未按期|受阻|迁改影响|征拆影响|调整工期|工期顺延"
lead: {unit: unit_id, subject: [project_code], on: due_on}
reason:
  zh: "“{name}”节点“{titles}”应于{due_on}完成，至{as_of}逾期{days}天，未完成也未说明；最近一次月报{last_report}（进度{progress_percent}%，已{still_days}天未变）。"
  en: "“{name}”: “{titles}” was due on {due_on}; on {as_of} it is {days} days overdue, neither met nor explained. Last report {last_report} (progress {progress_percent} %, unchanged for {still_days} days)."
examples:
  - says: overdue with reports that stand still, overdue without any report; reported as late, explained in a report, met, just past, ended, and works that go on are left alone
    given:
      project:
        - &works {project_code: P1, name: 甲工程, status: implementation, reported_on: 2026-01-10}
        - {<<: *works, project_code: P2}
        - {<<: *works, project_code: P3}
        - {<<: *works, project_code: P4}
        - {<<: *works, project_code: P5}
        - {<<: *works, project_code: P6, status: cancelled}
        - {<<: *works, project_code: P7}
        - {<<: *works, project_code: P8}
      milestone:
        - &step {project_code: P1, milestone_no: "2", title: 主体完成, status: scheduled, due_on: 2025-06-30, reported_on: 2025-03-01}
        - {<<: *step, project_code: P2, reported_on: null}
        - {<<: *step, project_code: P3, status: not_met, reported_on: 2025-07-15}
        - {<<: *step, project_code: P4}
        - {<<: *step, project_code: P5, status: met, met_on: 2025-07-20}
        - {<<: *step, project_code: P6}
        - {<<: *step, project_code: P7, due_on: 2026-01-02}
        - {<<: *step, project_code: P8}
        - &report {project_code: P1, milestone_no: 202505, title: 5月进度, description: 正常推进, progress: 0.4, reported_on: 2025-05-25}
        - {<<: *report, milestone_no: 202508, reported_on: 2025-08-25}
        - {<<: *report, project_code: P4, milestone_no: 202508, description: 雨季延期, reported_on: 2025-08-25}
        - {<<: *report, project_code: P8, milestone_no: 202508, reported_on: 2025-08-25, progress: 0.6}
        - {<<: *report, project_code: P8, milestone_no: 202512, reported_on: 2025-12-25, progress: 0.8}
    expect:
      - {project_code: P1, days: 194, still_days: 230, project_rows: [1], milestone_rows: [1, 9, 10]}
      - {project_code: P2, days: 194, project_rows: [2], milestone_rows: [2]}
  - says: a node that is repeated month after month as under way at one percentage; one that is said to be late, and why, is left alone
    given:
      milestone:
        - &node {project_code: N1, milestone_no: "3", title: 完工验收, status: scheduled, due_on: 2024-09-01, progress: 0.62, reported_on: 2025-08-28, description: 正常推进}
        - {<<: *node, milestone_no: "4", reported_on: 2025-10-28}
        - {<<: *node, project_code: N2, reported_on: 2025-10-28, description: 因汛期停工，已报延期}
    expect:
      - {project_code: N1, milestone_rows: [1, 2]}
*/
WITH dates AS (
  SELECT max(reported_on) AS day
  FROM milestone
  UNION ALL
  SELECT max(reported_on) AS day
  FROM project
),
books AS (
  SELECT max(day) AS as_of
  FROM dates
),
overdue AS (
  SELECT milestone.row_id, milestone.unit_id, milestone.project_code, milestone.project_name,
    coalesce(milestone.title, milestone.milestone_no, '') AS title, milestone.due_on, books.as_of
  FROM milestone
  JOIN books ON books.as_of IS NOT NULL
  JOIN unit_parameter AS grace ON grace.unit_id = milestone.unit_id AND grace.name = 'project_overdue_days'
    AND milestone.due_on >= grace.valid_from AND milestone.due_on < coalesce(grace.valid_to, DATE '9999-12-31')
  -- Who still writes “under way” or “not yet due” after the day has reported nothing either.
  WHERE milestone.project_code IS NOT NULL AND coalesce(milestone.progress, 0) < 1 AND milestone.met_on IS NULL
    AND (coalesce(milestone.status, 'scheduled') = 'scheduled'
      OR milestone.status <> 'met' AND (milestone.reported_on IS NULL OR milestone.reported_on < milestone.due_on))
    AND NOT regexp_matches(coalesce(milestone.description, ''), $explained)
    AND date_diff('day', milestone.due_on, books.as_of) > CAST(grace.value AS INTEGER)
),
reports AS (
  SELECT project_code, row_id, reported_on, progress, coalesce(description, '') AS description
  FROM milestone
  WHERE progress IS NOT NULL AND reported_on IS NOT NULL AND due_on IS NULL
),
top AS (
  SELECT project_code, max(progress) AS progress, max(reported_on) AS last_report
  FROM reports
  GROUP BY project_code
),
-- The reports that repeat the highest progress: the first of them is the last day on which anything moved.
still AS (
  SELECT reports.project_code, min(reports.reported_on) AS since, list_sort(list(DISTINCT reports.row_id)) AS report_rows
  FROM reports
  JOIN top ON top.project_code = reports.project_code AND top.progress = reports.progress
  GROUP BY reports.project_code
),
late AS (
  SELECT project_code, unit_id, max(project_name) AS project_name, min(due_on) AS due_on, max(as_of) AS as_of,
    array_to_string(list_sort(list(DISTINCT title) FILTER (WHERE title IS NOT NULL)), '、') AS titles,
    list_sort(list(DISTINCT row_id)) AS overdue_rows
  FROM overdue
  GROUP BY project_code, unit_id
),
excused AS (
  SELECT late.project_code
  FROM late
  JOIN reports ON reports.project_code = late.project_code AND reports.reported_on >= late.due_on
    AND regexp_matches(reports.description, $explained)
  GROUP BY late.project_code
  UNION ALL
  SELECT late.project_code
  FROM late
  JOIN milestone ON milestone.project_code = late.project_code AND milestone.reported_on >= late.due_on
    AND milestone.status IN ('not_met', 'partially_met')
  GROUP BY late.project_code
),
excuses AS (
  SELECT project_code
  FROM excused
  GROUP BY project_code
),
joined AS (
  SELECT late.unit_id, late.project_code, coalesce(project.name, late.project_name, late.project_code) AS name, late.titles,
    late.due_on, late.as_of, top.last_report, top.progress, still.since, late.overdue_rows, still.report_rows,
    project.row_id AS project_row
  FROM late
  LEFT JOIN excuses ON excuses.project_code = late.project_code
  LEFT JOIN top ON top.project_code = late.project_code
  LEFT JOIN still ON still.project_code = late.project_code
  LEFT JOIN project ON project.project_code = late.project_code
  WHERE excuses.project_code IS NULL AND coalesce(project.status, '') NOT IN ('cancelled', 'completed')
    AND coalesce(top.progress, 0) < 1 AND (still.since IS NULL OR date_diff('day', still.since, late.as_of) > $still_days)
)
SELECT unit_id, project_code, max(name) AS name, max(titles) AS titles, min(due_on) AS due_on, max(as_of) AS as_of,
  date_diff('day', min(due_on), max(as_of)) AS days, max(last_report) AS last_report,
  CAST(round(max(progress) * 100) AS BIGINT) AS progress_percent, date_diff('day', max(since), max(as_of)) AS still_days,
  list_sort(list(DISTINCT project_row) FILTER (WHERE project_row IS NOT NULL)) AS project_rows,
  list_sort(list_distinct(list_concat(list_sort(list_distinct(flatten(list(overdue_rows) FILTER (WHERE overdue_rows IS NOT NULL)))),
    coalesce(list_sort(list_distinct(flatten(list(report_rows) FILTER (WHERE report_rows IS NOT NULL)))),
      list_sort(list(project_row) FILTER (WHERE false)))))) AS milestone_rows
FROM joined
GROUP BY unit_id, project_code
