/*
id: one_project_two_funds
title: {zh: 同一项目重复申报两笔资金, en: One project was funded twice}
status: stable
role: lead
level: high
basis: [audit-2]
why:
  zh: 同一工程换个名称，由两个部门分别立项、各领一笔资金；实物只有一份，多出的一笔没有对应的工程。
  en: One set of works was approved at two bureaus under names that differ a little, and each drew a fund; there is only one set of works.
not_when:
  zh: 同一项目分期、分标段实施；经批准的统筹整合、配套资金；名称相近而地点、内容不同。
  en: Phases or sections; funds pooled by approval or one matching the other; names alike for other places or contents.
ask:
  zh: 两个项目的立项申报书、实施方案、图纸和工程量清单、验收资料、现场位置，两笔资金的支付凭证。
  en: Both applications, plans, drawings and bills of quantities, acceptance papers, the place itself, vouchers of both funds.
reads: [project]
population: {table: project, where: "name IS NOT NULL AND coalesce(status, '') <> 'cancelled'"}
max_share: 0.3
scope: all
params:
  generic: "(工程|项目|建设|改扩建|改造|新建|改建|扩建|重建|提升|升级|改善|整治|治理|修缮|维修|续建|配套|完善|提质|巩固|实施|[镇乡至到]|街道|[[:space:]()（）“”—·、,.-]|20[0-9]{2}年度?|年度)"
  numbered: "[0-9一二三四五六七八九十]+ ?号"
  phase: "[一二三四五六七八九十0-9]+ ?(期|标段|标|批次|批)"
  punctuation: "([[:space:]()（）“”—·、,.:;-])"
  least_name: 4
  near_name: 0.72
  near_amounts: 0.1
  half_name: 0.5
  quantity: "[0-9]{3,}([.][0-9]+)?"
  near_site: 0.6
  town: "([^省市县区旗]{2})(镇|乡|街道)"
  village: "([^镇乡道]{2})(村|社区|居委会)"
lead: {unit: unit_id, subject: [one_code, other_code], amount: amount, currency: currency, on: approved_on}
reason:
  zh: "{one_unit}“{one_name}”（{one_fund}，{one_amount}）与{other_unit}“{other_name}”（{other_fund}，{other_amount}）名称、地点相近，疑为同一工程。"
  en: "“{one_name}” of {one_unit} ({one_fund}, {one_amount}) and “{other_name}” of {other_unit} ({other_fund}, {other_amount}) agree in name and place; they may be one set of works."
examples:
  - says: the same road at two bureaus, the same waterworks under a longer name; phases, namesakes elsewhere, years and one bureau's one fund are left alone
    given:
      project:
        - &works {unit_id: U1, unit_name: 交通局, project_code: P1, name: 柳林镇至双溪镇公路改建工程, site: 某县柳林镇K2至K11段, planned_total: 9000000.00, fund_source: 车购税, approved_on: 2024-03-01}
        - {<<: *works, unit_id: U2, unit_name: 农业局, project_code: P2, name: 柳林至双溪公路升级改造项目, site: 柳林镇K2至K11段, fund_source: 衔接资金}
        - {<<: *works, project_code: P3, name: 城关排水防涝工程（一期）, site: 城关镇北门街}
        - {<<: *works, unit_id: U2, project_code: P4, name: 城关排水防涝工程（二期）, site: 城关镇北门街}
        - {<<: *works, project_code: P5, name: 东岭镇卫生院改造, site: 东岭镇卫生院院内}
        - {<<: *works, unit_id: U2, project_code: P6, name: 青石镇卫生院改造, site: 青石镇卫生院院内}
        - {<<: *works, unit_id: U3, project_code: P7, name: 石桥镇农村饮水安全工程, site: 石桥镇上庄村, fund_source: 水利资金}
        - {<<: *works, unit_id: U2, project_code: P8, name: 石桥农村饮水安全工程及管网, site: 石桥镇上庄村水厂, fund_source: 省级奖补}
        - {<<: *works, project_code: P9, name: 2023年城镇老旧小区改造, site: 幸福里, building: 1栋, batch: 2023年}
        - {<<: *works, unit_id: U2, project_code: PA, name: 2023年城镇老旧小区改造, site: 幸福里, building: 2栋, batch: 2023年}
    expect:
      - {one_code: P1, other_code: P2, project_rows: [1, 2]}
      - {one_code: P7, other_code: P8, project_rows: [7, 8]}
  - says: one clinic under a longer name, with equal figures and sums; the same kind of works in the next town or village, or under another number, is left alone
    given:
      project:
        - &clinic {unit_id: U1, project_code: P1, name: 平安镇卫生院业务用房扩建, site: 平安镇场镇, approved_on: 2022-08-01, description: 扩建业务用房1200平方米, planned_total: 4500000.00, fund_source: 中央预算内投资}
        - {<<: *clinic, project_code: P2, name: 平安镇中心卫生院医疗业务用房改扩建工程, site: 平安镇人民路12号, description: 业务用房1200㎡及附属, planned_total: 4700000.00, fund_source: 专项债券}
        - &hall {unit_id: U1, project_code: P3, name: 沙湾镇团结村文化活动中心建设, site: 沙湾镇团结村, planned_total: 800000.00, fund_source: 衔接资金}
        - {<<: *hall, unit_id: U2, project_code: P4, name: 红岩镇团结村文化活动中心建设, site: 红岩镇团结村}
        - {<<: *hall, project_code: P6, name: 沙湾镇团结隧道1号工程, site: 沙湾镇团结村}
        - {<<: *hall, unit_id: U2, project_code: P7, name: 沙湾镇团结隧道10号工程, site: 沙湾镇团结村}
        - {<<: *hall, unit_id: U2, project_code: P5, name: 沙湾镇前进村文化活动中心建设, site: 沙湾镇前进村}
    expect:
      - {one_code: P1, other_code: P2, project_rows: [1, 2]}
*/
WITH works AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS unit_name, project_code, name, currency, approved_on,
    coalesce(started_on, planned_start, completed_on, planned_end, reported_on) AS start_on,
    coalesce(fund_source, '') AS fund, coalesce(estimate, planned_total, proposed, 0) AS amount,
    regexp_replace(name, $generic, '', 'g') AS core, regexp_extract(name, $phase, 0) AS phase,
    regexp_extract(name, $numbered, 0) AS number,
    regexp_extract(name, '20[0-9]{2}年', 0) AS year, regexp_replace(coalesce(site, ''), $punctuation, '', 'g') AS site,
    concat(site, ' ', name) AS words, regexp_extract(concat(site, ' ', name), $town, 1) AS town,
    regexp_extract(concat(site, ' ', name), $village, 1) AS village, regexp_extract(coalesce(description, ''), $quantity, 0) AS quantity
  FROM project
  WHERE name IS NOT NULL AND building IS NULL AND batch IS NULL AND coalesce(status, '') <> 'cancelled'
    AND length(regexp_replace(name, $generic, '', 'g')) >= $least_name
),
positions AS (
  SELECT row_number() OVER (ORDER BY day) AS n
  FROM calendar
),
pieces AS (
  SELECT works.row_id, substr(works.core, positions.n, 2) AS piece
  FROM works
  JOIN positions ON positions.n < length(works.core)
  GROUP BY works.row_id, substr(works.core, positions.n, 2)
),
site_pieces AS (
  SELECT works.row_id, substr(works.site, positions.n, 2) AS piece
  FROM works
  JOIN positions ON positions.n < length(works.site)
  GROUP BY works.row_id, substr(works.site, positions.n, 2)
),
sizes AS (
  SELECT row_id, count(*) AS pieces
  FROM pieces
  GROUP BY row_id
),
site_sizes AS (
  SELECT row_id, count(*) AS pieces
  FROM site_pieces
  GROUP BY row_id
),
-- A piece that stands in very many names (镇公, 公路) may join, but pairs are made only where enough of both agrees.
names AS (
  SELECT one.row_id AS one_row, other.row_id AS other_row, count(*) AS shared
  FROM pieces AS one
  JOIN pieces AS other ON other.piece = one.piece AND other.row_id > one.row_id
  GROUP BY one.row_id, other.row_id
),
near AS (
  SELECT names.one_row, names.other_row, 2.0 * names.shared / nullif(one.pieces + other.pieces, 0) AS name_share
  FROM names
  JOIN sizes AS one ON one.row_id = names.one_row
  JOIN sizes AS other ON other.row_id = names.other_row
),
site_shared AS (
  SELECT near.one_row, near.other_row, count(*) AS shared
  FROM near
  JOIN site_pieces AS one ON one.row_id = near.one_row
  JOIN site_pieces AS other ON other.row_id = near.other_row AND other.piece = one.piece
  WHERE near.name_share >= $half_name
  GROUP BY near.one_row, near.other_row
),
pairs AS (
  SELECT one.row_id AS one_row, other.row_id AS other_row, one.unit_id, one.unit_name AS one_unit, other.unit_name AS other_unit,
    one.project_code AS one_code, other.project_code AS other_code, one.name AS one_name, other.name AS other_name,
    one.fund AS one_fund, other.fund AS other_fund, one.amount AS one_amount, other.amount AS other_amount, one.currency,
    least(one.amount, other.amount) AS amount, coalesce(other.approved_on, one.approved_on, other.start_on, one.start_on) AS approved_on,
    near.name_share,
    CASE WHEN one.site = '' OR other.site = '' THEN NULL
      WHEN contains(one.site, other.site) OR contains(other.site, one.site) THEN 1
      ELSE 2.0 * coalesce(site_shared.shared, 0) / nullif(coalesce(one_size.pieces, 0) + coalesce(other_size.pieces, 0), 0)
    END AS site_share
  FROM near
  JOIN works AS one ON one.row_id = near.one_row
  JOIN works AS other ON other.row_id = near.other_row
  LEFT JOIN site_shared ON site_shared.one_row = near.one_row AND site_shared.other_row = near.other_row
  LEFT JOIN site_sizes AS one_size ON one_size.row_id = near.one_row
  LEFT JOIN site_sizes AS other_size ON other_size.row_id = near.other_row
  WHERE one.project_code <> other.project_code
    AND (near.name_share >= $near_name OR near.name_share >= $half_name AND one.town = other.town AND one.town <> ''
      AND abs(one.amount - other.amount) <= greatest(one.amount, other.amount) * CAST($near_amounts AS DECIMAL(9, 4))
      AND one.quantity = other.quantity AND one.quantity <> '')
    -- Works of one kind in another town or village are other works, however much of the name agrees.
    AND (one.town = other.town OR one.town = '' OR other.town = '' OR contains(one.words, other.town) OR contains(other.words, one.town))
    AND (one.village = other.village OR one.village = '' OR other.village = '' OR contains(one.words, other.village) OR contains(other.words, one.village))
    AND (one.number = other.number OR one.number = '' OR other.number = '')
    AND one.phase = other.phase AND one.year = other.year AND one.currency IS NOT DISTINCT FROM other.currency
    AND (one.unit_id <> other.unit_id OR one.fund <> other.fund)
)
SELECT unit_id, one_code, other_code, one_unit, other_unit, one_name, other_name, one_fund, other_fund, one_amount,
  other_amount, CAST(amount AS DECIMAL(18, 2)) AS amount, currency, approved_on,
  list_sort(list_concat(list_sort(list(DISTINCT one_row) FILTER (WHERE one_row IS NOT NULL)),
    list_sort(list(DISTINCT other_row) FILTER (WHERE other_row IS NOT NULL)))) AS project_rows
FROM pairs
WHERE coalesce(site_share, CASE WHEN name_share >= 0.999 THEN 1 ELSE 0 END) >= $near_site OR name_share < $near_name
GROUP BY unit_id, one_code, other_code, one_unit, other_unit, one_name, other_name, one_fund, other_fund, one_amount,
  other_amount, amount, currency, approved_on
