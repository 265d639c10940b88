/*
id: same_building_two_batches
title: {zh: 同一楼栋两次列入改造, en: One building is in two batches}
status: stable
role: lead
level: high
basis: [audit-2]
why:
  zh: 同一小区的同一栋楼在不同批次重复列入改造计划、重复安排投资，可能重复申领补助。
  en: The same building of the same estate stands in two batches with money in both; the subsidy may have been drawn twice.
not_when:
  zh: 上年续建、跨年结转而没有新安排资金；两次改造内容不同（如后来单独加装电梯）；同名不同小区。
  en: Works carried over without new money; different works, such as a lift added later; two estates of one name.
ask:
  zh: 两批次的改造内容、施工合同、验收资料和资金拨付凭证，现场核对。
  en: What was done in either batch, contracts, acceptance and payments of both, the building itself.
reads: [project]
population: {table: project, where: "site IS NOT NULL AND (batch IS NOT NULL OR building IS NOT NULL)"}
max_share: 0.3
scope: all
params:
  before: "^([^省市县]{2,6}(省|市|县|自治州)){0,3}([^省市县区小镇]{2,4}(镇|街道))?"
  estate_words: "(职工|住宅|小区|家属院|家属楼|家属区|宿舍|生活区|社区|大院|[[:space:]·、,.:;-]|[(（][^)）]*[)）])"
  number: "([0-9A-Za-z一二三四五六七八九十]+) ?[#＃]? ?(号楼|栋|幢|座|楼|#)"
  zh_digits: "一二三四五六七八九"
  digits: "123456789"
  carried_on: "续建|结转|跨年|延续"
  most_in_list: 12
  bare: "([0-9A-Za-z]+)"
  programme: "老旧小区|旧住宅区|旧改|棚户区"
  whole: 全部
  last_of_range: "([0-9]+) ?[#＃]?(号楼|号|栋|幢|座|楼)?[-—~至到]+([0-9]+)"
  most_buildings: 60
lead: {unit: unit_id, subject: [estate_key], amount: amount, currency: currency, on: on_day}
reason:
  zh: "“{estate}”的{numbers}栋先后列入{batches}，较少的一次安排投资合计{amount}。"
  en: "Buildings {numbers} of “{estate}” stand in {batches}; the lesser of the two sums comes to {amount}."
examples:
  - says: the same building under another word for the estate and the number, one within a range, and an estate listed twice as a whole; another building, a namesake and works carried on are left alone
    given:
      project:
        - &line {project_code: L1, batch: 2023年, site: 供销社宿舍, building: 1栋, planned_total: 500000.00, approved_on: 2023-03-01}
        - {<<: *line, project_code: L2, batch: 2024年, site: 供销社职工小区, building: 1号楼, planned_total: 300000.00}
        - {<<: *line, project_code: L3, batch: 2024年, building: 2栋}
        - {<<: *line, project_code: L4, site: 东风小区}
        - {<<: *line, project_code: L5, site: 东风新村, batch: 2024年}
        - {<<: *line, project_code: L6, site: 红旗小区}
        - {<<: *line, project_code: L7, site: 红旗小区, batch: 2024年, kind: 上年续建, planned_total: 0}
        - {<<: *line, project_code: L8, site: 和平里, building: 1-4栋、6栋}
        - {<<: *line, project_code: L9, site: 和平里, batch: 2025年, building: 3栋, planned_total: 200000.00}
        - {<<: *line, project_code: LB, site: 工农小区, building: null}
        - {<<: *line, project_code: LC, site: 工农小区, building: null, batch: 2025年, planned_total: 100000.00}
        - {<<: *line, project_code: LA, site: 和平里, batch: 2025年, building: 5栋, planned_total: 200000.00}
    expect:
      - {estate_key: 供销社, amount: 300000.00, project_rows: [1, 2]}
      - {estate_key: 和平里, amount: 200000.00, project_rows: [8, 9]}
      - {estate_key: 工农, amount: 100000.00, project_rows: [10, 11]}
  - says: an estate written with county and town in front, the building as a bare sign
    given:
      project:
        - &again {project_code: M1, batch: 2021年, approved_on: 2021-03-01, site: 酒厂宿舍, building: 1栋, planned_total: 500000.00}
        - {<<: *again, project_code: M2, batch: 2023年, site: 清河县城关镇酒厂宿舍, building: 1#楼}
        - {<<: *again, project_code: M3, batch: 2023年, site: 城关镇丝厂宿舍}
    expect:
      - {estate_key: 酒厂, project_rows: [1, 2]}
*/
WITH positions AS (
  SELECT row_number() OVER (ORDER BY day) AS n
  FROM calendar
),
listed AS (
  SELECT row_id, unit_id, coalesce(batch, project_code) AS batch, site, currency, coalesce(approved_on, planned_start, reported_on) AS on_day,
    coalesce(estimate, planned_total, proposed, 0) AS amount,
    regexp_replace(regexp_replace(regexp_replace(site, $before, '', 'g'), $estate_words, '', 'g'), $number, '', 'g') AS estate_key,
    translate(regexp_replace(regexp_replace(regexp_replace(coalesce(building, nullif(regexp_extract(site, $number, 0), ''), $whole),
      '[,，;；和及/]', '、', 'g'), '十(号|栋|幢|座|楼|$)', '10', 'g'), '十', '1', 'g'), $zh_digits, $digits) AS buildings
  FROM project
  WHERE site IS NOT NULL AND (batch IS NOT NULL OR building IS NOT NULL OR regexp_matches(coalesce(name, ''), $programme)) AND coalesce(status, '') <> 'cancelled'
    AND NOT regexp_matches(coalesce(kind, ''), $carried_on)
),
parts AS (
  SELECT listed.row_id, split_part(listed.buildings, '、', positions.n) AS part
  FROM listed
  JOIN positions ON positions.n <= $most_in_list
  WHERE split_part(listed.buildings, '、', positions.n) <> ''
),
ranges AS (
  SELECT row_id, CAST(round(CAST(regexp_extract(part, $last_of_range, 1) AS DOUBLE)) AS BIGINT) AS first_number,
    CAST(round(CAST(regexp_extract(part, $last_of_range, 3) AS DOUBLE)) AS BIGINT) AS last_number
  FROM parts
  WHERE regexp_matches(part, $last_of_range)
),
numbered AS (
  SELECT row_id, CASE WHEN part = $whole THEN part ELSE upper(regexp_extract(part, $bare, 1)) END AS number
  FROM parts
  WHERE NOT regexp_matches(part, $last_of_range) AND (part = $whole OR regexp_extract(part, $bare, 1) <> '')
  UNION
  SELECT ranges.row_id, CAST(positions.n AS VARCHAR) AS number
  FROM ranges
  JOIN positions ON positions.n >= ranges.first_number AND positions.n <= ranges.last_number AND positions.n <= $most_buildings
),
buildings AS (
  SELECT listed.row_id, listed.unit_id, listed.batch, listed.site, listed.currency, listed.on_day, listed.amount,
    listed.estate_key, numbered.number
  FROM listed
  JOIN numbered ON numbered.row_id = listed.row_id
  WHERE listed.estate_key <> ''
),
twice AS (
  SELECT estate_key, number, currency, min(unit_id) AS unit_id, sum(amount) - max(amount) AS amount
  FROM buildings
  GROUP BY estate_key, number, currency
  HAVING count(DISTINCT batch) > 1
),
sums AS (
  SELECT estate_key, currency, min(unit_id) AS unit_id, sum(amount) AS amount
  FROM twice
  GROUP BY estate_key, currency
)
SELECT sums.unit_id, sums.estate_key, max(buildings.site) AS estate, sums.currency, max(buildings.on_day) AS on_day,
  array_to_string(list_sort(list(DISTINCT buildings.number) FILTER (WHERE buildings.number IS NOT NULL)), '、') AS numbers,
  array_to_string(list_sort(list(DISTINCT buildings.batch) FILTER (WHERE buildings.batch IS NOT NULL)), '、') AS batches,
  CAST(max(sums.amount) AS DECIMAL(18, 2)) AS amount, list_sort(list(DISTINCT buildings.row_id)) AS project_rows
FROM sums
JOIN twice ON twice.estate_key = sums.estate_key AND twice.currency IS NOT DISTINCT FROM sums.currency
JOIN buildings ON buildings.estate_key = twice.estate_key AND buildings.number = twice.number
  AND buildings.currency IS NOT DISTINCT FROM twice.currency
GROUP BY sums.unit_id, sums.estate_key, sums.currency
