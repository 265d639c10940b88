/*
id: local_protection_in_tender_terms
title: {zh: 招标条件排斥外地企业, en: Terms of a tender keep strangers out}
status: stable
role: lead
level: high
basis: []
why:
  zh: 资格或评分条件要求在本地注册、设机构、纳税、参保、有本地业绩或进入当地备选库，限制了市场准入和公平竞争。
  en: Terms ask for registration, an office, taxes, insurance or earlier work in the place itself, or for a place on its own list of firms; they limit access to the market and fair competition.
not_when:
  zh: 明示不得以注册地等限制；要求中标后设服务网点；只写明履约地点；法律法规另有规定。
  en: The terms forbid such limits; a service point only after the award; no more than the place of delivery; a law that asks for it.
ask:
  zh: 条件的提出人和依据、公平竞争审查记录、因此被否决或未参加的企业、中标人。
  en: Who asked for the term and why, the review of fair competition, who was rejected or stayed away for it, who won.
reads: [tender]
population: {table: tender, where: "terms IS NOT NULL OR criteria IS NOT NULL OR description IS NOT NULL"}
max_share: 0.3
scope: row
params:
  here: "本(地|县|市|区|省|州|旗|辖区|行政区域)|当地|(项目|采购人|招标人|采购单位)所在(地|省|市|县|区)|[一-龥]{2,7}(省|市|县|自治区|区|州)(行政区域|行政区划)?(内|境内|范围内|辖区|区域内|城区|本地)|[一-龥]{2,7}(省|市|县|区|州|旗)(税务|社保|社会保险|人社|住建|市场监管)[一-龥]{0,6}出具|在[一-龥]{2,7}(省|市|县|区)(设立|设有|注册|登记|缴纳|纳税|有固定|具有)|(省|市|县|区|州|旗)(域)?内(的)?(企业|供应商|投标人|单位|业绩)"
  asks: "注册|登记|设立|设有|分公司|子公司|分支机构|办公场所|经营场所|营业场所|租赁合同|服务机构|纳税|完税|税务机关|社会保险|社保|业绩|承担过|完成过|中标过|同类项目|企业|供应商|投标人|名牌|获奖|奖项|称号|荣誉|手册|备案|网点|经验|同类服务|仓库|厂房|产权|固定场所|服务团队|收购合同|生产基地|户籍|质量奖|诚信|信用评价|信用等级|优先|目录|商标|会员|总部|办事处|盖章|大户"
  named: "[一-龥]{2,6}(市|县|区|州|旗)[^。；;，,]{0,12}(缴纳|增值税|纳税|完税|社保|承接过|承担过|完成过|实施过|注册|登记|设立|设有|备案|会员|商标|名录|目录|表彰|奖项|称号|网点|分支机构|分公司|办事处|总部|业绩|经验|盖章|出具|颁发|核发|基地|仓库|户籍|协会|推荐)"
  proves: "注册|登记|设立|设有|分公司|子公司|分支机构|办公场所|经营场所|营业场所|租赁合同|纳税|完税|社会保险|社保|业绩|承担过|完成过|中标过|名牌|获奖|奖项|称号"
  ranks: "加[0-9.一二三四五六七八九十]+分|得[0-9.一二三四五六七八九十]+分|[0-9.]+分|优先|须|需|必须|应当|应在|应为|要求|提供|具有|具备|限|[0-9]+公里|仅|注册地(为|在)|不低于|不少于"
  lists: "预选[一-龥]{0,5}(名单|名录)|(备选库|供应商库|名录库|入围名单|预选库|企业库|短名单)[内中]?[一-龥]{0,4}(企业|供应商|投标人|单位)|须为[^。；;]{0,20}(备选库|供应商库|名录库|预选库)"
  outright: "(须|应|必须)[^。；;，,]{0,3}位于[^。；;，,]{1,6}(省|市|县|区|州)(内|境内)|外(地|省|市|县|埠)(企业|供应商|投标人|单位|施工)|注册地[^。；;，,]{0,6}(须|应|必须|在|为)[^。；;，,]{0,10}(省|市|县|区|州|本地)|(优先|须|必须|应)[^。；;，,]{0,8}(使用|采购|采用|选用|购买)[^。；;，,]{0,4}(本地|本县|本市|本省|当地)|距[^。；;，,]{0,14}[0-9]+(公里|千米|分钟|(个)?小时(车程|以内|之内))|限[^。；;，,]{0,4}(本地|本县|本市|本省|当地|[一-龥]{2,6}(省|市|县|区))(内)?(企业|供应商|投标人|单位)|[一-龥]{2,6}(省|市|县|区)(人民)?政府[一-龥]{0,8}(质量奖|奖|称号|名牌|表彰|表扬|荣誉)|(须|需|应|必须|为|具有|属于|在)[一-龥]{2,6}(市|县|区|州|旗)(籍|户籍|户口|纳税|注册|登记|诚信|信用评价|信用等级)|[一-龥]{2,6}(市|县|区|州|旗)(县长|市长|区长|长)质量奖|[一-龥]{2,6}(市|县|区|州|旗)[一-龥]{1,8}(局|委|办)(颁发|核发|评定|认定|出具)"
lead: {unit: unit_id, subject: [tender_id], amount: amount, currency: currency, on: published_on}
reason:
  zh: "“{title}”的条件写有：“{term}”，可能限制外地企业参加。"
  en: "The terms of “{title}” read: “{term}”; they may keep firms from elsewhere out."
examples:
  - says: registration, a bonus, an office, taxes, work done in the place, a closed list; forbidden limits, a service point after the award, the place of delivery and fair terms are left alone
    given:
      tender:
        - &tender {tender_id: T1, title: 保洁, terms: 投标人须为在江州县行政区域内注册的独立法人；价格分30分。, budget_amount: 100.00, published_on: 2025-03-01}
        - {<<: *tender, tender_id: T2, terms: 价格分30分；本地企业投标的加5分。}
        - {<<: *tender, tender_id: T3, terms: 投标人须在江州县设立分公司并提供营业执照。}
        - {<<: *tender, tender_id: T4, terms: 须提供项目所在地税务机关近六个月的纳税证明。}
        - {<<: *tender, tender_id: T5, terms: 近三年在本市范围内承担过同类项目的每个得3分。}
        - {<<: *tender, tender_id: T6, terms: 投标人须为县交易中心备选库内的企业。}
        - {<<: *tender, tender_id: T7, terms: 外地企业须在开标前办理备案登记；距采购人所在地50公里以内的得2分。}
        - {<<: *tender, tender_id: T8, terms: 近三年有类似业绩, criteria: "本县企业加5分；价格30分。"}
        - {<<: *tender, tender_id: T9, terms: 须提供江州县税务机关出具的近两年完税证明。}
        - {<<: *tender, tender_id: TA, criteria: "同类业绩得分：在江州县范围内实施的每个3分，其他每个0.5分。"}
        - {<<: *tender, tender_id: TB, terms: 近三年获得江州县人民政府或主管部门表彰的优先。}
        - {<<: *tender, tender_id: TC, terms: 注册资金五百万元以上且注册地为江州县。}
        - {<<: *tender, tender_id: TD, terms: 县内企业优先中标。}
        - {<<: *tender, tender_id: TE, criteria: 在江州县城区有售后服务网点的得5分无的不得分。}
        - {<<: *tender, tender_id: TF, terms: 供应商须为江州县纳税企业。}
        - {<<: *tender, tender_id: TG, terms: 须提供江州县住建局颁发的诚信手册。}
        - {<<: *tender, tender_id: TH, terms: 具有江州县行政区域内两年以上服务经验。}
        - {<<: *tender, tender_id: TI, terms: 投标企业须在江州区缴纳增值税满两年。}
        - {<<: *tender, tender_id: TJ, criteria: 距离医院车程1小时以内的得5分。}
        - {<<: *tender, tender_id: TK, terms: 投标人应为江州区行业协会会员。}
        - {<<: *tender, tender_id: N9, terms: "须在江州区公共资源交易中心网站注册；投标保证金缴纳至江州区公共资源交易中心账户；具有市级以上荣誉的加1分；接到通知后三日内送达江州区各学校。"}
        - {<<: *tender, tender_id: N8, terms: "提供市场监督管理部门颁发的营业执照；具备省级及以上主管部门颁发的资质证书；接到通知后2小时内到场的得3分；业绩不限地域；优先聘用当地脱贫人口务工。"}
        - {<<: *tender, tender_id: N7, terms: 提供税务机关出具的完税证明, criteria: "价格分30分；类似项目业绩每个1分，最多5分。"}
        - {<<: *tender, tender_id: N6, terms: 供应商须在本省政府采购网注册；投标人须满足本省地方标准；近三年在全国范围内有同类业绩的每个得2分。}
        - {<<: *tender, tender_id: N1, terms: 不得以注册地限制投标人；近三年完成过同类项目的每个得2分，不限业绩所在地区。}
        - {<<: *tender, tender_id: N2, terms: 中标后十五日内在江州县设立服务网点。}
        - {<<: *tender, tender_id: N3, terms: 服务地点：江州县城关镇；中标人应遵守本地交通管理规定；具有独立法人资格。}
        - {<<: *tender, tender_id: N4, terms: 具有独立承担民事责任的能力；近三年完成过类似项目业绩的每个得2分；专门面向中小企业采购。}
        - {<<: *tender, tender_id: N5, terms: 本项目要求投标人具有独立法人资格，提供近三年业绩。}
    expect:
      - {tender_id: T1, tender_rows: [1]}
      - {tender_id: T2, term: 本地企业投标的加5分}
      - {tender_id: T3}
      - {tender_id: T4}
      - {tender_id: T5}
      - {tender_id: T6}
      - {tender_id: T7}
      - {tender_id: T8, term: 本县企业加5分}
      - {tender_id: T9}
      - {tender_id: TA}
      - {tender_id: TB}
      - {tender_id: TC}
      - {tender_id: TD}
      - {tender_id: TE}
      - {tender_id: TF}
      - {tender_id: TG}
      - {tender_id: TH}
      - {tender_id: TI}
      - {tender_id: TJ}
      - {tender_id: TK}
*/
WITH said AS (
  SELECT row_id, unit_id, tender_id, coalesce(title, tender_id) AS title, coalesce(budget_amount, ceiling, amount) AS amount, currency, published_on,
    -- Sentences that forbid such limits, or speak of the time after the award or of the place of delivery, ask for nothing;
    -- 市级 is a rank and no place.
    regexp_replace(
      regexp_replace(
        regexp_replace(
          regexp_replace(replace(concat(coalesce(terms, ''), '；', coalesce(criteria, ''), '；', coalesce(description, '')), '不得分', '零分'), '[\n\r]', '；', 'g'),
          '(省|市|县|区|州|旗)级(及)?(以上)?|市(场|政|容)', '官', 'g'),
        '[^。；;，,]*(不得|不应|不以|无需|不要求|不限|禁止|均可)[^。；;]*', '', 'g'),
      '[^。；;]*((中标|成交|签约|签订合同|合同签订|合同生效)(之日)?(后|起)|(服务|交货|履约|实施|建设|施工)地点|遵守|采购网|电子卖场|交易平台|交易系统|数字证书|(交易中心|平台)[^。；;，,]{0,10}(注册|登记|网站|账户|办理))[^。；;]*', '', 'g') AS terms
  FROM tender
  WHERE terms IS NOT NULL OR criteria IS NOT NULL OR description IS NOT NULL
),
found AS (
  SELECT row_id, unit_id, tender_id, title, amount, currency, published_on,
    coalesce(
      nullif(regexp_extract(terms, concat('[^。；;]*(', $here, ')[^。；;，,]{0,18}(', $asks, ')[^。；;]{0,40}'), 0), ''),
      nullif(regexp_extract(terms, concat('[^。；;]*(', $named, ')[^。；;]{0,40}'), 0), ''),
      nullif(regexp_extract(terms, concat('[^。；;]*(', $proves, ')[^。；;，,]{0,12}(', $here, ')[^。；;]{0,40}'), 0), ''),
      nullif(regexp_extract(terms, concat('[^。；;]*(', $outright, ')[^。；;]{0,40}'), 0), ''),
      nullif(regexp_extract(terms, concat('[^。；;]*(', $lists, ')[^。；;]{0,20}'), 0), '')) AS term
  FROM said
)
SELECT unit_id, tender_id, max(title) AS title, max(trim(term)) AS term, max(amount) AS amount, max(currency) AS currency, max(published_on) AS published_on,
  list_sort(list(row_id)) AS tender_rows
FROM found
WHERE term IS NOT NULL AND regexp_matches(term, $ranks)
GROUP BY unit_id, tender_id
