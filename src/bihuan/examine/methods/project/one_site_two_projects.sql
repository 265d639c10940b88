/*
id: one_site_two_projects
title: {zh: 同一地点同期立了两个内容相同的项目, en: Two projects of like content at one site and time}
status: stable
role: lead
level: medium
basis: [audit-2]
why:
  zh: 名称不同的两个项目，地点、工期和工程内容却相同，可能是同一工程换名立项，重复计量、重复付款。
  en: Two projects of different names agree in place, time and content; one set of works may be approved, measured and paid twice.
not_when:
  zh: 同一地点的土建、设备、绿化分别立项；前后期工程；同一院落的不同单体。
  en: Building, equipment and planting approved apart; one after the other; different buildings of one compound.
ask:
  zh: 两个项目的平面图、工程量清单、计量和验收资料，现场实测。
  en: Plans, bills of quantities, measurement and acceptance of both; measure the site.
reads: [project]
population: {table: project, where: "site IS NOT NULL AND description IS NOT NULL AND coalesce(status, '') <> 'cancelled'"}
max_share: 0.3
scope: all
params:
  punctuation: "([[:space:]()（）“”—·、,.:;~至-]|号|段)"
  measure: "[0-9]{3,}([.][0-9]+)?(平方米|平方公里|立方米|㎡|m2|m³|米|公里|亩|公顷|吨|盏|户|台|套|座|株|延米)"
  least_site: 5
  near_site: 0.6
  town: "[^省市县区旗]{1,4}(镇|乡|街道)"
  near_content: 0.6
  apart_days: 180
lead: {unit: unit_id, subject: [one_code, other_code], amount: amount, currency: currency, on: start_on}
reason:
  zh: "“{one_name}”与“{other_name}”都在“{site}”，工期重叠，内容相近（{one_content}；{other_content}）。"
  en: "“{one_name}” and “{other_name}” both stand at “{site}”, at the same time and with like content ({one_content}; {other_content})."
examples:
  - says: the street paved twice in other words; another content, other years, another site and the buildings of a batch are left alone
    given:
      project:
        - &works {project_code: P1, name: 滨河健身步道工程, site: 某县城关镇滨河路88号至河口桥, description: 透水砖铺装5730平方米, planned_total: 3000000.00, started_on: 2025-02-01, planned_end: 2025-12-01}
        - {<<: *works, unit_id: U2, project_code: P2, name: 河岸生态廊道项目, site: 城关滨河路（88号—河口桥段）, description: 慢行系统铺装5730平方米、座椅}
        - {<<: *works, project_code: P3, name: 供氧站项目, description: 购置制氧机组一套}
        - {<<: *works, project_code: P4, name: 步道维修, started_on: 2021-02-01, planned_end: 2021-12-01}
        - {<<: *works, project_code: P5, name: 东山步道, site: 某县东山镇东山村}
        - {<<: *works, project_code: P6, name: 老旧小区改造, building: 1栋}
        - {<<: *works, project_code: P7, name: 城北步道, site: 城关镇}
    expect:
      - {one_code: P1, other_code: P2, project_rows: [1, 2]}
  - says: square metres written in two ways are one quantity
    given:
      project:
        - &park {unit_id: U1, project_code: P1, name: 停车场建设, site: 云顶镇景区大道3号, description: 停车位，面积9000平方米, planned_total: 4200000.00, started_on: 2022-03-01, completed_on: 2022-11-01}
        - {<<: *park, unit_id: U2, project_code: P2, name: 景区配套基础设施, description: 生态停车位（9000㎡）}
    expect:
      - {one_code: P1, other_code: P2}
*/
WITH works AS (
  SELECT row_id, unit_id, project_code, name, currency, site AS site_words, description AS content,
    regexp_replace(site, $punctuation, '', 'g') AS site, regexp_replace(description, '[[:space:]、,.;:()（）]', '', 'g') AS words,
    regexp_extract(site, $town, 0) AS town, regexp_extract(regexp_replace(regexp_replace(description, '㎡|m2|m²|平米', '平方米', 'g'),
      '([0-9])m([^a-zA-Z0-9²³]|$)', '\1米\2', 'g'), $measure, 0) AS quantity, coalesce(estimate, planned_total, proposed, 0) AS amount,
    coalesce(started_on, planned_start, approved_on) AS start_on,
    greatest(coalesce(completed_on, planned_end, started_on, planned_start, approved_on),
      coalesce(started_on, planned_start, approved_on)) AS end_on
  FROM project
  WHERE site IS NOT NULL AND description IS NOT NULL AND building IS NULL AND batch IS NULL
    AND coalesce(status, '') <> 'cancelled'
),
positions AS (
  SELECT row_number() OVER (ORDER BY day) AS n
  FROM calendar
),
site_pieces AS (
  SELECT works.row_id, substr(works.site, positions.n, 2) AS piece
  FROM works
  JOIN positions ON positions.n < length(works.site)
  WHERE length(works.site) >= $least_site
  GROUP BY works.row_id, substr(works.site, positions.n, 2)
),
word_pieces AS (
  SELECT works.row_id, substr(works.words, positions.n, 2) AS piece
  FROM works
  JOIN positions ON positions.n < length(works.words)
  GROUP BY works.row_id, substr(works.words, positions.n, 2)
),
site_sizes AS (
  SELECT row_id, count(*) AS pieces
  FROM site_pieces
  GROUP BY row_id
),
word_sizes AS (
  SELECT row_id, count(*) AS pieces
  FROM word_pieces
  GROUP BY row_id
),
site_shared AS (
  SELECT one.row_id AS one_row, other.row_id AS other_row, count(*) AS shared
  FROM site_pieces AS one
  JOIN site_pieces AS other ON other.piece = one.piece AND other.row_id > one.row_id
  GROUP BY one.row_id, other.row_id
),
one_place AS (
  SELECT site_shared.one_row, site_shared.other_row
  FROM site_shared
  JOIN site_sizes AS one ON one.row_id = site_shared.one_row
  JOIN site_sizes AS other ON other.row_id = site_shared.other_row
  WHERE site_shared.shared >= $near_site * (one.pieces + other.pieces) / 2.0
),
word_shared AS (
  SELECT one_place.one_row, one_place.other_row, count(*) AS shared
  FROM one_place
  JOIN word_pieces AS one ON one.row_id = one_place.one_row
  JOIN word_pieces AS other ON other.row_id = one_place.other_row AND other.piece = one.piece
  GROUP BY one_place.one_row, one_place.other_row
),
pairs AS (
  SELECT one.row_id AS one_row, other.row_id AS other_row, one.unit_id, one.project_code AS one_code,
    other.project_code AS other_code, coalesce(one.name, one.project_code) AS one_name,
    coalesce(other.name, other.project_code) AS other_name, one.site_words AS site, one.content AS one_content,
    other.content AS other_content, least(one.amount, other.amount) AS amount, one.currency,
    greatest(one.start_on, other.start_on) AS start_on
  FROM one_place
  JOIN works AS one ON one.row_id = one_place.one_row
  JOIN works AS other ON other.row_id = one_place.other_row
  LEFT JOIN word_shared ON word_shared.one_row = one_place.one_row AND word_shared.other_row = one_place.other_row
  LEFT JOIN word_sizes AS one_size ON one_size.row_id = one_place.one_row
  LEFT JOIN word_sizes AS other_size ON other_size.row_id = one_place.other_row
  WHERE one.project_code <> other.project_code AND one.currency IS NOT DISTINCT FROM other.currency
    AND (one.town = other.town OR one.town = '' OR other.town = '')
    AND (one.quantity = other.quantity AND one.quantity <> ''
      OR (one.quantity = '' OR other.quantity = '') AND coalesce(word_shared.shared, 0) >= $near_content * (coalesce(one_size.pieces, 0) + coalesce(other_size.pieces, 0)) / 2.0)
    AND coalesce(date_diff('day', one.end_on, other.start_on), 0) <= $apart_days
    AND coalesce(date_diff('day', other.end_on, one.start_on), 0) <= $apart_days
)
SELECT unit_id, one_code, other_code, one_name, other_name, site, one_content, other_content,
  CAST(amount AS DECIMAL(18, 2)) AS amount, currency, start_on,
  list_sort(list_concat(list_sort(list(DISTINCT one_row) FILTER (WHERE one_row IS NOT NULL)),
    list_sort(list(DISTINCT other_row) FILTER (WHERE other_row IS NOT NULL)))) AS project_rows
FROM pairs
GROUP BY unit_id, one_code, other_code, one_name, other_name, site, one_content, other_content, amount, currency, start_on
