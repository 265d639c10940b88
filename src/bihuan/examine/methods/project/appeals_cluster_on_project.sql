/*
id: appeals_cluster_on_project
title: {zh: 群众诉求集中指向一个项目, en: Appeals cluster on one project}
status: stable
role: lead
level: low
basis: []
why:
  zh: 三个月内许多不同的人反映同一个项目，质量、安全、欠薪或扰民的问题值得到现场看。
  en: Within three months many different people complained of one project; its quality, safety, wages or conduct deserve a visit.
not_when:
  zh: 同一人反复来电；同一事件（停水、封路）引起的集中咨询；项目体量大、工期长。
  en: One caller again and again; questions about one event such as a closed road; a very large project.
ask:
  zh: 逐件诉求内容和办理结果、质量安全监督记录、农民工工资专户流水、现场复核。
  en: Each appeal and its answer, records of quality and safety supervision, the wage account, a look at the site.
reads: [appeal, project, unit_parameter]
population: {table: appeal, where: "received_on IS NOT NULL"}
max_share: 0.5
scope: all
params:
  window_days: 92
  times_usual: 2
  least_projects: 10
  least_name: 5
  least_site: 5
  noise: "([镇乡]|街道|[[:space:]()（）“”—·、,.:;-])"
  ending: "(工程|项目)$"
  village: "([^镇乡省市县]{2,4}(村|社区))"
  vague: "(工程|项目|建设|新建|改建|扩建|改造|硬化|整治|治理)$"
  least_kind: 4
  whole_village: "(村|社区|镇|乡|街道)$"
  about_works: "工程|施工|工地|质量|工资|欠薪|拖欠|扬尘|噪音|噪声|渣土|开裂|裂缝|塌|损坏|挖断|停工|复工|工期|完工|项目|承包"
  county: "^[^省市县]{1,6}(省|自治州|地区|市|县)"
lead: {unit: unit_id, subject: [project_code], on: first_on}
reason:
  zh: "“{name}”在{first_on}至{last_on}收到{people}人反映的{appeals}件诉求（{kinds}）。"
  en: "“{name}”: {appeals} appeals of {people} people between {first_on} and {last_on} ({kinds})."
examples:
  - says: seven people within weeks, by code, by name written shorter and by place; one who rings seven times, and few over years, are left alone
    given:
      project:
        - &works {project_code: P1, name: 石桥镇老街风貌修缮工程, site: 某县石桥镇老街12号至60号, planned_total: 1000000.00}
        - {<<: *works, project_code: P2, name: 溪口镇农村供水工程, site: 某县溪口镇上庄村水厂}
        - {<<: *works, project_code: P3, name: 河湾镇危桥改造工程, site: 某县河湾镇渡口}
      appeal:
        - &said {project_code: P1, kind: 质量安全, title: 路面开裂, phone: "1", appeal_no: A1, received_on: 2025-06-01}
        - {<<: *said, phone: "2", appeal_no: A2, received_on: 2025-06-09}
        - {<<: *said, phone: "3", appeal_no: A3, project_code: null, title: 石桥老街风貌修缮欠薪, kind: 农民工工资}
        - {<<: *said, phone: "4", appeal_no: A4, project_code: null, title: 求助, site: 石桥镇老街12号至60号}
        - {<<: *said, phone: "5", appeal_no: A5, received_on: 2025-07-20}
        - {<<: *said, phone: "6", appeal_no: A6, received_on: 2025-08-01}
        - &one {<<: *said, project_code: P2, phone: "9", appeal_no: B1}
        - {<<: *one, appeal_no: B2}
        - {<<: *one, appeal_no: B3}
        - {<<: *one, appeal_no: B4}
        - {<<: *one, appeal_no: B5}
        - {<<: *one, appeal_no: B6}
        - {<<: *said, project_code: P3, phone: "7", appeal_no: C1}
    expect:
      - {project_code: P1, people: 6, appeals: 6, appeal_rows: [1, 2, 3, 4, 5, 6], project_rows: [1]}
  - says: village and kind of works in the words of the caller; the other works of the village are not meant, nor is one who asks about the pension
    given:
      project:
        - &local {project_code: V1, name: 龙泉镇清泉村文化活动中心建设, site: 龙泉镇清泉村}
        - {<<: *local, project_code: V2, name: 龙泉镇清泉村学生宿舍建设}
      appeal:
        - &call {appeal_no: V1, kind: 投诉, title: 质量差, content: 清泉村正在建的文化活动中心质量差, phone: "1", received_on: 2025-06-01}
        - {<<: *call, appeal_no: V2, phone: "2"}
        - {<<: *call, appeal_no: V3, phone: "3", site: 龙泉镇清泉村}
        - {<<: *call, appeal_no: V4, phone: "4"}
        - {<<: *call, appeal_no: V5, phone: "5"}
        - {<<: *call, appeal_no: V6, phone: "6", site: 龙泉镇清泉村}
        - {<<: *call, appeal_no: V7, phone: "7"}
        - {<<: *call, appeal_no: V8, phone: "8", title: 养老金, content: 何时发, site: 龙泉镇清泉村}
    expect:
      - {project_code: V1, people: 7, appeals: 7}
*/
WITH works AS (
  SELECT row_id, unit_id, project_code, coalesce(name, project_code) AS name,
    regexp_replace(regexp_replace(coalesce(name, ''), $ending, '', 'g'), $noise, '', 'g') AS core,
    regexp_replace(regexp_replace(coalesce(site, ''), $county, '', 'g'), $noise, '', 'g') AS site,
    regexp_extract(concat_ws(' ', site, name), $village, 1) AS village,
    regexp_replace(regexp_replace(regexp_replace(coalesce(name, ''), concat('^.*', nullif(regexp_extract(concat_ws(' ', site, name), $village, 1), '')), '', 'g'),
      $vague, '', 'g'), $noise, '', 'g') AS what
  FROM project
  WHERE building IS NULL AND batch IS NULL
),
said AS (
  SELECT row_id, project_code, coalesce(kind, '') AS kind, received_on, coalesce(phone, appellant, appeal_no) AS person,
    regexp_replace(concat_ws(' ', site, title, content), $noise, '', 'g') AS words
  FROM appeal
  WHERE received_on IS NOT NULL
),
candidates AS (
  SELECT works.row_id AS project_row, said.row_id, said.received_on, said.person, said.kind, 1 AS doubt
  FROM said
  JOIN works ON works.project_code = said.project_code
  UNION
  SELECT works.row_id AS project_row, said.row_id, said.received_on, said.person, said.kind, 1 AS doubt
  FROM said
  JOIN works ON length(works.core) >= $least_name AND contains(said.words, works.core)
  UNION
  SELECT works.row_id AS project_row, said.row_id, said.received_on, said.person, said.kind, 2 AS doubt
  FROM said
  JOIN works ON said.project_code IS NULL AND works.village <> '' AND length(works.what) >= $least_kind
    AND contains(said.words, works.village) AND contains(said.words, works.what)
  UNION
  SELECT works.row_id AS project_row, said.row_id, said.received_on, said.person, said.kind, 3 AS doubt
  FROM said
  JOIN works ON said.project_code IS NULL AND length(works.site) >= $least_site AND contains(said.words, works.site)
    -- A whole village is not yet the works in it.
    AND (NOT regexp_matches(works.site, $whole_village) OR regexp_matches(said.words, $about_works))
),
surest AS (
  SELECT row_id, min(doubt) AS doubt
  FROM candidates
  GROUP BY row_id
),
-- A place may hold several works: who names one of them does not speak of the others.
about AS (
  SELECT candidates.project_row, candidates.row_id, candidates.received_on, candidates.person, candidates.kind
  FROM candidates
  JOIN surest ON surest.row_id = candidates.row_id AND surest.doubt = candidates.doubt
  GROUP BY candidates.project_row, candidates.row_id, candidates.received_on, candidates.person, candidates.kind
),
windows AS (
  SELECT first.project_row, first.row_id AS first_row, first.received_on AS first_on, count(DISTINCT after.person) AS people,
    count(DISTINCT after.row_id) AS appeals
  FROM about AS first
  JOIN about AS after ON after.project_row = first.project_row AND after.received_on >= first.received_on
    AND date_diff('day', first.received_on, after.received_on) <= $window_days
  GROUP BY first.project_row, first.row_id, first.received_on
),
ranked AS (
  SELECT project_row, first_on, people, appeals,
    row_number() OVER (PARTITION BY project_row ORDER BY people DESC, appeals DESC, first_on, first_row) AS place
  FROM windows
),
best AS (
  SELECT project_row, first_on, people, appeals
  FROM ranked
  WHERE place = 1
),
-- How many appeal of a project as a rule; among few projects there is no rule.
usual AS (
  SELECT CASE WHEN count(*) >= $least_projects THEN median(CAST(coalesce(best.people, 0) AS DOUBLE)) ELSE 0 END AS people
  FROM works
  LEFT JOIN best ON best.project_row = works.row_id
),
clusters AS (
  SELECT works.row_id, works.unit_id, works.project_code, works.name, best.first_on, best.people, best.appeals
  FROM best
  JOIN works ON works.row_id = best.project_row
  CROSS JOIN usual
  JOIN unit_parameter AS least ON least.unit_id = works.unit_id AND least.name = 'project_appeals_least'
    AND best.first_on >= least.valid_from AND best.first_on < coalesce(least.valid_to, DATE '9999-12-31')
  WHERE best.people >= CAST(least.value AS INTEGER)
    AND best.people >= $times_usual * usual.people
)
SELECT clusters.unit_id, clusters.project_code, clusters.name, clusters.first_on, max(about.received_on) AS last_on,
  clusters.people, clusters.appeals,
  array_to_string(list_sort(list(DISTINCT about.kind) FILTER (WHERE about.kind <> '')), '、') AS kinds,
  list_sort(list(DISTINCT about.row_id)) AS appeal_rows, list_sort(list(DISTINCT clusters.row_id)) AS project_rows
FROM clusters
JOIN about ON about.project_row = clusters.row_id AND about.received_on >= clusters.first_on
  AND date_diff('day', clusters.first_on, about.received_on) <= $window_days
GROUP BY clusters.unit_id, clusters.project_code, clusters.name, clusters.first_on, clusters.people, clusters.appeals
