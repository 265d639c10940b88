/*
id: appeal_unanswered_at_site
title: {zh: 改造小区居民诉求无人回应, en: Residents of a renovated estate were not answered}
status: stable
role: lead
level: low
basis: []
why:
  zh: 改造小区的诉求过了办结期限没有答复，或者只写“已阅、已转”就办结而居民不满意、反复反映，质量问题可能没人管。
  en: Appeals from an estate under renovation are past their day without an answer, or were closed with a phrase while the residents are dissatisfied and appeal again; faults may be nobody's business.
not_when:
  zh: 诉求与改造无关；已电话答复未录入；正在法定延期内。
  en: They do not concern the works; answered by phone and not recorded; within an extension.
ask:
  zh: 逐件办理记录、现场整改照片、施工单位质保维修记录，回访居民。
  en: The record of each, photos of what was mended, the builder's repairs under warranty; call the residents back.
reads: [appeal, project, unit_parameter]
population: {table: appeal, where: "received_on IS NOT NULL"}
max_share: 0.3
scope: all
params:
  programme: "老旧小区|旧住宅区|旧改|棚户区"
  hollow: "^(已|拟|将)?(知悉|知晓|阅|转|转办|转交|收悉|登记|受理|办理|处理|记录|备案|归档|反馈|答复|办结|阅知|收到)[^,。，;；]{0,8}([,，、;；](已|拟|将)?(知悉|知晓|阅|转|转办|转交|交|交由|登记|受理|办理|处理|备案|归档|反馈|请)[^,。，;；]{0,10})?[。.]?$"
  pending: "^(正在|尚在|仍在|拟|将|待|继续)?(抓紧|积极|加快|进一步)?(处理|办理|核实|研究|协调|跟进|推进|调查)(中|之中|当中|完毕后答复)?[。.]?$|尽快(处理|办理|答复|回复|解决)[。.]?$|^(正在|尚在|仍在)"
  dissatisfied: "不满意|未解决|不认可"
  nothing_done: "^(无|暂无|/|-)?$"
  least_appeals: 2
  long_days: 30
  name_length: 3
  ending: "(小区|家属院|宿舍)$"
lead: {unit: unit_id, subject: [estate], on: first_on}
reason:
  zh: "“{estate}”的{appeals}件诉求（{first_on}至{last_on}）没有得到答复：超期未答{silent}件，敷衍办结而不满意{hollow}件。"
  en: "“{estate}”: {appeals} appeals ({first_on} to {last_on}) got no answer: {silent} past their day, {hollow} closed with a phrase and dissatisfied."
examples:
  - says: two past their day, two closed with a phrase; a single one long past its day; answered, not yet due, one just past and those elsewhere are left alone
    given:
      project:
        - &line {project_code: L1, batch: 2024年, site: 幸福里, building: 1栋}
        - {<<: *line, project_code: L2, site: 光明新村}
        - {<<: *line, project_code: L3, site: 向阳小区}
        - {<<: *line, project_code: L4, site: 东风小区}
        - {<<: *line, project_code: L5, site: 红旗小区}
      appeal:
        - &said {appeal_no: A1, site: 幸福里1栋, title: 楼顶漏水, received_on: 2025-06-01, due_on: 2025-06-16, status: 办理中}
        - {<<: *said, appeal_no: A2, due_on: null, received_on: 2025-07-01}
        - {<<: *said, appeal_no: B1, site: 光明新村3栋, answered_on: 2025-06-02, answer: 已知悉, satisfied: 不满意, status: 已办结}
        - {<<: *said, appeal_no: B2, site: 光明新村, answered_on: 2025-07-02, answer: 已转相关部门, satisfied: 不满意, status: 已办结}
        - {<<: *said, appeal_no: C1, site: 向阳小区, answered_on: 2025-06-12, answer: 已到现场修补防水层并回访, status: 已办结}
        - {<<: *said, appeal_no: C2, site: 向阳小区, received_on: 2025-12-25, due_on: 2026-01-09}
        - {<<: *said, appeal_no: C3, site: 向阳小区, received_on: 2025-12-30, due_on: 2026-01-14}
        - {<<: *said, appeal_no: D1, site: 东风小区, received_on: 2025-12-01, due_on: 2025-12-16}
        - {<<: *said, appeal_no: D2, site: 路口, project_code: L5}
        - {<<: *said, appeal_no: E1, site: 人民路公园}
        - {<<: *said, appeal_no: E2, site: 人民路公园}
    expect:
      - {estate: 幸福里, appeals: 2, silent: 2, hollow: 0, appeal_rows: [1, 2]}
      - {estate: 光明新村, appeals: 2, silent: 0, hollow: 2, appeal_rows: [3, 4]}
      - {estate: 红旗小区, appeals: 1, silent: 1, hollow: 0, appeal_rows: [9]}
  - says: “being dealt with” in place of an answer, and two phrases in a row; a repair that was made is an answer
    given:
      project:
        - &block {project_code: K1, batch: 2024年, site: 柏杨小区, building: 1栋}
        - {<<: *block, project_code: K2, site: 北门小区}
        - {<<: *block, project_code: K3, site: 河东小区}
      appeal:
        - &pending {appeal_no: K1, site: 柏杨小区, title: 外墙脱落, received_on: 2025-06-01, due_on: 2025-06-16, status: 已办结, answer: 正在处理中}
        - {<<: *pending, appeal_no: K2, received_on: 2025-07-01}
        - {<<: *pending, appeal_no: K3, site: 北门小区, answered_on: 2025-06-05, answer: 已阅，转相关科室, satisfied: 不满意}
        - {<<: *pending, appeal_no: K4, site: 北门小区, answered_on: 2025-06-06, answer: 已阅，转相关科室, satisfied: 不满意}
        - {<<: *pending, appeal_no: K5, site: 河东小区, answered_on: 2025-06-06, answer: 已处理，现场修补完毕, satisfied: 满意}
        - {<<: *pending, appeal_no: K6, site: 河东小区, answered_on: 2025-12-30, answer: 已更换管道, satisfied: 满意}
    expect:
      - {estate: 柏杨小区, appeals: 2, silent: 2, appeal_rows: [1, 2]}
      - {estate: 北门小区, appeals: 2, hollow: 2, appeal_rows: [3, 4]}
*/
WITH estates AS (
  SELECT unit_id, site AS estate,
    CASE WHEN length(regexp_replace(site, $ending, '', 'g')) >= $name_length THEN regexp_replace(site, $ending, '', 'g') ELSE site END AS core
  FROM project
  WHERE site IS NOT NULL AND (building IS NOT NULL OR batch IS NOT NULL OR regexp_matches(coalesce(name, ''), $programme))
  GROUP BY unit_id, site
),
books AS (
  SELECT max(greatest(received_on, coalesce(answered_on, received_on))) AS as_of
  FROM appeal
),
open_appeals AS (
  SELECT appeal.row_id, appeal.received_on, concat_ws(' ', appeal.site, appeal.title) AS words,
    appeal.answered_on IS NULL AND (regexp_matches(trim(coalesce(appeal.answer, '')), $nothing_done)
        OR regexp_matches(trim(coalesce(appeal.answer, '')), $pending))
      AND coalesce(appeal.due_on, appeal.received_on + INTERVAL 1 DAY * CAST(days.value AS INTEGER)) < books.as_of AS is_silent,
    date_diff('day', CAST(coalesce(appeal.due_on, appeal.received_on + INTERVAL 1 DAY * CAST(days.value AS INTEGER)) AS DATE), books.as_of) AS days,
    appeal.project_code, (regexp_matches(trim(coalesce(appeal.answer, '')), $hollow)
      OR regexp_matches(trim(coalesce(appeal.answer, '')), $pending)) AND regexp_matches(coalesce(appeal.satisfied, ''), $dissatisfied) AS is_hollow
  FROM appeal
  JOIN books ON books.as_of IS NOT NULL
  JOIN unit_parameter AS days ON days.unit_id = appeal.unit_id AND days.name = 'renovation_answer_days'
    AND appeal.received_on >= days.valid_from AND appeal.received_on < coalesce(days.valid_to, DATE '9999-12-31')
  WHERE appeal.received_on IS NOT NULL
),
about AS (
  SELECT estates.unit_id, estates.estate, open_appeals.row_id
  FROM open_appeals
  JOIN estates ON contains(open_appeals.words, estates.core)
  WHERE open_appeals.is_silent OR open_appeals.is_hollow
  UNION
  SELECT project.unit_id, project.site AS estate, open_appeals.row_id
  FROM open_appeals
  JOIN project ON project.project_code = open_appeals.project_code AND project.site IS NOT NULL
    AND (project.building IS NOT NULL OR project.batch IS NOT NULL OR regexp_matches(coalesce(project.name, ''), $programme))
  WHERE open_appeals.is_silent OR open_appeals.is_hollow
)
SELECT about.unit_id, about.estate, min(open_appeals.received_on) AS first_on, max(open_appeals.received_on) AS last_on,
  count(DISTINCT open_appeals.row_id) AS appeals,
  count(DISTINCT CASE WHEN open_appeals.is_silent THEN open_appeals.row_id END) AS silent,
  count(DISTINCT CASE WHEN open_appeals.is_hollow AND NOT open_appeals.is_silent THEN open_appeals.row_id END) AS hollow,
  list_sort(list(DISTINCT open_appeals.row_id)) AS appeal_rows
FROM about
JOIN open_appeals ON open_appeals.row_id = about.row_id
GROUP BY about.unit_id, about.estate
HAVING count(DISTINCT open_appeals.row_id) >= $least_appeals
  OR max(CASE WHEN open_appeals.is_silent THEN open_appeals.days ELSE 0 END) > $long_days
