/*
id: land_or_permit_after_start
title: {zh: 用地、规划或施工许可晚于开工, en: Works began before land or permits}
status: stable
role: lead
level: medium
basis: [invest-20]
why:
  zh: 没有取得用地批准、规划许可或施工许可就已开工，前期手续不全，质量安全监督可能缺位，也可能倒签开工日期。
  en: The works began before land, planning or building permits were granted; supervision may have been missing, or the day of beginning written later than it was.
not_when:
  zh: 应急抢险工程；限额以下不需要施工许可；许可变更、换证；容缺受理的改革试点。
  en: Emergency works; works below the limit that need no permit; a permit that was only changed or renewed; a pilot that lets papers follow.
ask:
  zh: 开工报告、监理日志首日、各项许可原件、首笔工程款的支付依据、应急工程认定。
  en: The order to begin, the first day of the supervisor's diary, the permits, what the first payment was based on, any finding of emergency.
reads: [project]
optional: [milestone]
population: {table: project, where: "coalesce(status, '') NOT IN ('cancelled', 'identification')"}
max_share: 0.3
scope: all
params:
  land: "用地|土地|国有建设用地|不动产权"
  planning: "工程规划许可|规划许可证|规划条件核实|选址"
  building: "施工许可|开工许可|开工报告批复|质量安全监督(登记|备案|手续)"
  only_changed: "变更|延期|换证|补证|注销|更正|竣工|验收"
  begins: "^(正式|实际|项目|工程|主体)?(开工|动工)(建设|日期|令|典礼)?$|开工日期|实际开工|进场施工"
  begun: 0.03
  tolerated_days: 7
  land_before_planning: "建设用地规划"
lead: {unit: unit_id, subject: [project_code], on: start_on}
reason:
  zh: "“{name}”{start_on}已开工（{how}），而{permits}，最多晚{days}天。"
  en: "“{name}” had begun by {start_on} ({how}), but {permits}: up to {days} days late."
examples:
  - says: a building permit three months after the start, a start that the first report belies, and one still being handled; in time, a renewal and works that have not begun are left alone
    given:
      project:
        - &works {project_code: P1, name: 甲工程, status: implementation, started_on: 2025-03-01, build_permit_on: 2025-06-01}
        - {<<: *works, project_code: P2, name: 乙工程, started_on: 2025-07-01, build_permit_on: null}
        - {<<: *works, project_code: P3, name: 丙工程, build_permit_on: 2025-02-20}
        - {<<: *works, project_code: P4, name: 丁工程, build_permit_on: null}
        - {<<: *works, project_code: P5, name: 戊工程, started_on: null, build_permit_on: null}
      milestone:
        - {project_code: P2, milestone_no: "1", title: 建筑工程施工许可, status: met, met_on: 2025-06-01}
        - {project_code: P2, milestone_no: "2", title: 4月进度, progress: 0.12, reported_on: 2025-04-24}
        - {project_code: P3, milestone_no: "3", title: 建筑工程施工许可变更, status: met, met_on: 2025-08-01}
        - {project_code: P4, milestone_no: "4", title: 建设用地批准书, status: scheduled}
        - {project_code: P5, milestone_no: "5", title: 建设用地批准书, status: scheduled}
    expect:
      - {project_code: P1, days: 92, project_rows: [1]}
      - {project_code: P2, start_on: 2025-04-24, days: 38, project_rows: [2], milestone_rows: [1, 2]}
      - {project_code: P4, project_rows: [4], milestone_rows: [4]}
  - says: the node of beginning in other words, months before the day in the register
    given:
      project:
        - {project_code: B1, name: 甲工程, status: implementation, started_on: 2023-08-01, build_permit_on: 2023-07-27}
        - {project_code: B2, name: 乙工程, status: implementation, started_on: 2023-08-01, build_permit_on: 2023-07-27}
      milestone:
        - {project_code: B1, milestone_no: "1", title: 开工建设, status: met, due_on: 2023-08-01, met_on: 2023-05-23}
        - {project_code: B2, milestone_no: "1", title: 开工前准备, status: met, due_on: 2023-08-01, met_on: 2023-05-23}
    expect:
      - {project_code: B1, milestone_rows: [1], project_rows: [1]}
*/
WITH starts AS (
  SELECT project_code, started_on AS start_on, NULL AS milestone_row, '项目台账 register' AS how, 1 AS certainty
  FROM project
  WHERE started_on IS NOT NULL
  UNION ALL
  SELECT project_code, met_on AS start_on, row_id AS milestone_row, '开工节点 milestone' AS how, 2 AS certainty
  FROM milestone
  WHERE met_on IS NOT NULL AND regexp_matches(coalesce(title, ''), $begins)
  UNION ALL
  SELECT project_code, reported_on AS start_on, row_id AS milestone_row, '进度月报 progress report' AS how, 3 AS certainty
  FROM milestone
  WHERE progress >= $begun AND reported_on IS NOT NULL AND due_on IS NULL
),
ranked AS (
  SELECT project_code, start_on, milestone_row, how,
    row_number() OVER (PARTITION BY project_code ORDER BY start_on, certainty, coalesce(milestone_row, 0)) AS place
  FROM starts
),
begun AS (
  SELECT project_code, max(CASE WHEN place = 1 THEN start_on END) AS start_on, max(CASE WHEN place = 1 THEN how END) AS how,
    list_sort(list(milestone_row) FILTER (WHERE milestone_row IS NOT NULL AND place <= 2)) AS milestone_rows
  FROM ranked
  GROUP BY project_code
),
permits AS (
  SELECT project_code, '用地 land' AS kind, land_permit_on AS granted_on, NULL AS milestone_row
  FROM project
  WHERE land_permit_on IS NOT NULL
  UNION ALL
  SELECT project_code, '规划许可 planning permit' AS kind, planning_permit_on AS granted_on, NULL AS milestone_row
  FROM project
  WHERE planning_permit_on IS NOT NULL
  UNION ALL
  SELECT project_code, '施工许可 building permit' AS kind, build_permit_on AS granted_on, NULL AS milestone_row
  FROM project
  WHERE build_permit_on IS NOT NULL
  UNION ALL
  SELECT project_code,
    CASE WHEN regexp_matches(title, $building) THEN '施工许可 building permit'
      WHEN regexp_matches(title, $land) THEN '用地 land' ELSE '规划许可 planning permit' END AS kind,
    met_on AS granted_on, row_id AS milestone_row
  FROM milestone
  WHERE progress IS NULL AND NOT regexp_matches(coalesce(title, ''), $only_changed)
    AND (regexp_matches(coalesce(title, ''), $building) OR regexp_matches(coalesce(title, ''), $planning)
      OR regexp_matches(coalesce(title, ''), $land) OR contains(coalesce(title, ''), $land_before_planning))
    AND (met_on IS NOT NULL OR coalesce(status, 'scheduled') <> 'met')
),
-- The first permit of a kind counts; one that is still being handled counts as never granted, as long as none was.
first_of_kind AS (
  SELECT project_code, kind, min(granted_on) AS granted_on,
    list_sort(list(DISTINCT milestone_row) FILTER (WHERE milestone_row IS NOT NULL)) AS milestone_rows
  FROM permits
  GROUP BY project_code, kind
),
late AS (
  SELECT begun.project_code, begun.start_on, begun.how, begun.milestone_rows AS start_rows, first_of_kind.milestone_rows,
    concat(first_of_kind.kind, ' ', coalesce(CAST(first_of_kind.granted_on AS VARCHAR), '尚未取得 not yet granted')) AS words,
    date_diff('day', begun.start_on, first_of_kind.granted_on) AS days
  FROM begun
  JOIN first_of_kind ON first_of_kind.project_code = begun.project_code
  WHERE first_of_kind.granted_on IS NULL OR date_diff('day', begun.start_on, first_of_kind.granted_on) > $tolerated_days
)
SELECT project.unit_id, project.project_code, max(coalesce(project.name, project.project_code)) AS name, max(late.start_on) AS start_on,
  max(late.how) AS how, array_to_string(list_sort(list(DISTINCT late.words) FILTER (WHERE late.words IS NOT NULL)), '、') AS permits,
  coalesce(max(late.days), 0) AS days, list_sort(list(DISTINCT project.row_id)) AS project_rows,
  list_sort(list_distinct(list_concat(
    coalesce(list_sort(list_distinct(flatten(list(late.milestone_rows) FILTER (WHERE late.milestone_rows IS NOT NULL)))), list_sort(list(project.row_id) FILTER (WHERE false))),
    coalesce(list_sort(list_distinct(flatten(list(late.start_rows) FILTER (WHERE late.start_rows IS NOT NULL)))), list_sort(list(project.row_id) FILTER (WHERE false)))))) AS milestone_rows
FROM late
JOIN project ON project.project_code = late.project_code
WHERE coalesce(project.status, '') NOT IN ('cancelled', 'identification')
GROUP BY project.unit_id, project.project_code
