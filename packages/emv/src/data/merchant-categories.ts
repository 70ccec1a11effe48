// Merchant category codes of ISO 18245 and the ranges that card schemes use; wording is our own.

/** Ranges: first | last | name | name in Chinese. A code's own line goes before its range. */
export const merchantRanges = `
0001|1499|Agricultural services|农业服务
1500|2999|Contracted services|承包服务
3000|3350|Airlines (one code per carrier)|航空公司
3351|3500|Car rental (one code per company)|汽车租赁
3501|3999|Lodging (one code per chain)|酒店住宿
4000|4799|Transportation|交通运输
4800|4999|Utilities and telecommunications|公共事业与电信
5000|5599|Retail outlets|零售
5600|5699|Clothing stores|服装
5700|7299|Miscellaneous stores and services|其他商店与服务
7300|7999|Business services|商业服务
8000|8999|Professional services and membership organisations|专业服务与会员组织
9000|9999|Government services|政府服务
`;

/** Codes: code | name | name in Chinese. */
export const merchantCodes = `
0742|Veterinary services|兽医服务
0763|Agricultural cooperatives|农业合作社
0780|Landscaping and horticultural services|园艺绿化服务
1520|General contractors, residential and commercial|总承包商
1711|Heating, plumbing and air conditioning contractors|暖通与管道承包商
1731|Electrical contractors|电气承包商
1740|Masonry, stonework, tile setting, plastering and insulation|泥瓦与保温工程
1750|Carpentry contractors|木工承包商
1761|Roofing, siding and sheet metal work|屋顶与钣金工程
1771|Concrete work contractors|混凝土工程
1799|Special trade contractors, not elsewhere classified|其他专业承包商
2741|Miscellaneous publishing and printing|出版印刷
2791|Typesetting, plate making and related services|排版制版
2842|Specialty cleaning, polishing and sanitation preparations|清洁用品
4011|Railways, freight|铁路货运
4111|Local and suburban commuter transport, ferries|市内公共交通
4112|Passenger railways|铁路客运
4119|Ambulance services|救护车服务
4121|Taxicabs and limousines|出租车
4131|Bus lines|公路客运
4214|Motor freight carriers and trucking, moving and storage|货运与搬家
4215|Courier services and freight forwarders|快递
4225|Public warehousing and storage|仓储
4411|Cruise lines|邮轮
4457|Boat rentals and leasing|船只租赁
4468|Marinas, marine service and supplies|码头与船舶服务
4511|Airlines and air carriers, not elsewhere classified|航空公司
4582|Airports, flying fields and terminals|机场
4722|Travel agencies and tour operators|旅行社
4723|Package tour operators (Germany)|包价旅行社
4784|Tolls and bridge fees|通行费
4789|Transportation services, not elsewhere classified|其他运输服务
4812|Telecommunication equipment and telephone sales|电信设备销售
4813|Key-entry telecom merchant, single local and long-distance calls|电话接入服务
4814|Telecommunication services|电信服务
4815|Monthly summary telephone charges|月结电话费
4816|Computer network and information services|网络信息服务
4821|Telegraph services|电报服务
4829|Wire transfer money orders|电汇
4899|Cable, satellite and other pay television and radio|有线与付费电视
4900|Electric, gas, water and sanitary utilities|水电煤气
5013|Motor vehicle supplies and new parts|汽车配件批发
5021|Office and commercial furniture|办公家具
5039|Construction materials, not elsewhere classified|建筑材料
5044|Photographic, photocopy and microfilm equipment|影像与复印设备
5045|Computers, peripherals and software|计算机及软件批发
5046|Commercial equipment, not elsewhere classified|商用设备
5047|Medical, dental, ophthalmic and hospital equipment|医疗设备
5051|Metal service centres and offices|金属制品
5065|Electrical parts and equipment|电气零件
5072|Hardware, equipment and supplies|五金器材
5074|Plumbing and heating equipment|管道供暖设备
5085|Industrial supplies, not elsewhere classified|工业用品
5094|Precious stones and metals, watches and jewellery|珠宝钟表批发
5099|Durable goods, not elsewhere classified|其他耐用品
5111|Stationery, office supplies, printing and writing paper|文具纸张
5122|Drugs and druggist sundries|药品批发
5131|Piece goods, notions and other dry goods|布匹杂货
5137|Uniforms and commercial clothing|制服
5139|Commercial footwear|鞋类批发
5169|Chemicals and allied products, not elsewhere classified|化工产品
5172|Petroleum and petroleum products|石油产品
5192|Books, periodicals and newspapers|书报刊批发
5193|Florists supplies, nursery stock and flowers|花卉批发
5198|Paints, varnishes and supplies|油漆涂料
5199|Non-durable goods, not elsewhere classified|其他非耐用品
5200|Home supply warehouse stores|家居建材仓储
5211|Lumber and building materials stores|木材建材店
5231|Glass, paint and wallpaper stores|玻璃油漆墙纸店
5251|Hardware stores|五金店
5261|Nurseries, lawn and garden supply stores|园艺用品店
5262|Marketplaces|电商平台
5271|Mobile home dealers|活动房销售
5300|Wholesale clubs|仓储会员店
5309|Duty-free stores|免税店
5310|Discount stores|折扣店
5311|Department stores|百货商店
5331|Variety stores|杂货店
5399|Miscellaneous general merchandise|其他综合零售
5411|Grocery stores and supermarkets|超市与食品店
5422|Freezer and locker meat provisioners|肉类店
5441|Candy, nut and confectionery stores|糖果店
5451|Dairy products stores|乳品店
5462|Bakeries|面包店
5499|Convenience and specialty food stores|便利店与特色食品店
5511|Car and truck dealers, new and used|汽车销售
5521|Car and truck dealers, used only|二手车销售
5531|Auto and home supply stores|汽车用品店
5532|Automotive tyre stores|轮胎店
5533|Automotive parts and accessories stores|汽车配件店
5541|Service stations|加油站
5542|Automated fuel dispensers|自助加油
5551|Boat dealers|船只销售
5552|Electric vehicle charging|电动车充电
5561|Camper, recreational and utility trailer dealers|房车拖车销售
5571|Motorcycle shops and dealers|摩托车销售
5592|Motor home dealers|旅行车销售
5598|Snowmobile dealers|雪地摩托销售
5599|Miscellaneous automotive dealers|其他车辆销售
5611|Men's and boys' clothing and accessories stores|男装店
5621|Women's ready-to-wear stores|女装店
5631|Women's accessory and specialty stores|女士配饰店
5641|Children's and infants' wear stores|童装店
5651|Family clothing stores|家庭服装店
5655|Sports and riding apparel stores|运动服装店
5661|Shoe stores|鞋店
5681|Furriers and fur shops|皮草店
5691|Men's and women's clothing stores|服装店
5697|Tailors, seamstresses, mending and alterations|裁缝
5698|Wig and toupee stores|假发店
5699|Miscellaneous apparel and accessory stores|其他服饰店
5712|Furniture and home furnishings stores|家具店
5713|Floor covering stores|地板地毯店
5714|Drapery, window covering and upholstery stores|窗帘布艺店
5718|Fireplace and accessories stores|壁炉店
5719|Miscellaneous home furnishing stores|其他家居用品店
5722|Household appliance stores|家电店
5732|Electronics stores|电子产品店
5733|Music stores, instruments and sheet music|乐器店
5734|Computer software stores|软件店
5735|Record stores|音像店
5811|Caterers|宴会承办
5812|Eating places and restaurants|餐馆
5813|Bars, taverns, nightclubs and discotheques|酒吧夜总会
5814|Fast food restaurants|快餐
5815|Digital goods: media, books, films, music|数字商品：影音书籍
5816|Digital goods: games|数字商品：游戏
5817|Digital goods: applications|数字商品：应用
5818|Digital goods: large merchants|数字商品：大型商户
5832|Antique shops, sales and repairs|古董店
5912|Drug stores and pharmacies|药店
5921|Package stores for beer, wine and liquor|酒类店
5931|Used merchandise and second-hand stores|二手商店
5932|Antique shops|古玩店
5933|Pawn shops|当铺
5935|Wrecking and salvage yards|废品拆解
5937|Antique reproductions|仿古制品
5940|Bicycle shops|自行车店
5941|Sporting goods stores|体育用品店
5942|Book stores|书店
5943|Stationery, office and school supply stores|文具店
5944|Jewellery, watch, clock and silverware stores|珠宝钟表店
5945|Hobby, toy and game shops|玩具店
5946|Camera and photographic supply stores|摄影器材店
5947|Gift, card, novelty and souvenir shops|礼品店
5948|Luggage and leather goods stores|箱包皮具店
5949|Sewing, needlework, fabric and piece goods stores|缝纫布料店
5950|Glassware and crystal stores|玻璃水晶店
5960|Direct marketing: insurance|直销：保险
5962|Direct marketing: travel|直销：旅游
5963|Door-to-door sales|上门销售
5964|Direct marketing: catalogue|直销：目录
5965|Direct marketing: catalogue and retail|直销：目录与零售
5966|Direct marketing: outbound telemarketing|直销：电话外呼
5967|Direct marketing: inbound teleservices|直销：电话呼入
5968|Direct marketing: continuity and subscription|直销：订阅
5969|Direct marketing: other|直销：其他
5970|Artists' supply and craft shops|美术用品店
5971|Art dealers and galleries|画廊
5972|Stamp and coin stores|邮币店
5973|Religious goods stores|宗教用品店
5975|Hearing aids|助听器
5976|Orthopaedic goods and prosthetic devices|矫形器材
5977|Cosmetic stores|化妆品店
5978|Typewriter stores|打字机店
5983|Fuel dealers: oil, wood, coal, liquefied petroleum|燃料销售
5992|Florists|花店
5993|Cigar stores and stands|烟草店
5994|News dealers and news-stands|报刊亭
5995|Pet shops, pet food and supplies|宠物店
5996|Swimming pools, sales and service|泳池用品
5997|Electric razor stores|剃须刀店
5998|Tent and awning shops|帐篷店
5999|Miscellaneous and specialty retail stores|其他专营零售店
6010|Financial institutions: manual cash disbursements|银行柜台取现
6011|Financial institutions: automated cash disbursements|自动取款机取现
6012|Financial institutions: merchandise and services|金融机构商品与服务
6050|Quasi cash: financial institutions|准现金：金融机构
6051|Quasi cash: merchants, foreign currency, money orders, virtual currency|准现金：商户
6211|Security brokers and dealers|证券经纪
6300|Insurance sales, underwriting and premiums|保险
6513|Real estate agents and managers, rentals|房地产中介与租赁
6529|Remote stored value load: financial institution|远程充值：金融机构
6530|Remote stored value load: merchant|远程充值：商户
6532|Payment transaction: financial institution|付款交易：金融机构
6533|Payment transaction: merchant|付款交易：商户
6534|Money transfer: financial institution|汇款：金融机构
6536|Money transfer: within a country|汇款：境内
6537|Money transfer: between countries|汇款：跨境
6538|Money transfer: funding|汇款：充值
6540|Stored value card purchase and load|储值卡购买与充值
7011|Hotels, motels and resorts|酒店
7012|Timeshares|分时度假
7032|Sporting and recreational camps|运动营地
7033|Trailer parks and campgrounds|露营地
7210|Laundry, cleaning and garment services|洗衣服务
7211|Laundries, family and commercial|洗衣店
7216|Dry cleaners|干洗店
7217|Carpet and upholstery cleaning|地毯清洗
7221|Photographic studios|照相馆
7230|Barber and beauty shops|美容美发
7251|Shoe repair, shoe shine and hat cleaning shops|鞋帽修整
7261|Funeral services and crematories|殡葬服务
7273|Dating and escort services|婚介交友
7276|Tax preparation services|税务代理
7277|Counselling services|咨询辅导
7278|Buying and shopping services and clubs|代购服务
7296|Clothing rental|服装租赁
7297|Massage parlours|按摩
7298|Health and beauty spas|健康水疗
7299|Miscellaneous personal services|其他个人服务
7311|Advertising services|广告服务
7321|Consumer credit reporting agencies|征信机构
7322|Debt collection agencies|催收机构
7332|Blueprinting and photocopying services|晒图复印
7333|Commercial photography, art and graphics|商业摄影与设计
7338|Quick copy and reproduction services|快印
7339|Stenographic and secretarial support|文秘服务
7342|Exterminating and disinfecting services|消杀服务
7349|Cleaning, maintenance and janitorial services|保洁维护
7361|Employment and temporary help agencies|职业中介
7372|Computer programming and data processing|软件与数据处理
7375|Information retrieval services|信息检索
7379|Computer maintenance and repair|计算机维修
7392|Management, consulting and public relations|管理咨询
7393|Detective, protective and security services|安保服务
7394|Equipment, tool, furniture and appliance rental|设备租赁
7395|Photofinishing and photo developing|照片冲印
7399|Business services, not elsewhere classified|其他商业服务
7511|Truck stops|卡车服务站
7512|Car rental agencies|汽车租赁
7513|Truck and utility trailer rentals|卡车租赁
7519|Motor home and recreational vehicle rentals|房车租赁
7523|Parking lots and garages|停车场
7531|Automotive body repair shops|车身维修
7534|Tyre retreading and repair|轮胎维修
7535|Automotive paint shops|汽车喷漆
7538|Automotive service shops|汽车维修
7542|Car washes|洗车
7549|Towing services|拖车服务
7622|Electronics repair shops|电子维修
7623|Air conditioning and refrigeration repair|空调维修
7629|Electrical and small appliance repair|电器维修
7631|Watch, clock and jewellery repair|钟表维修
7641|Furniture reupholstery, repair and refinishing|家具维修
7692|Welding services|焊接
7699|Miscellaneous repair shops|其他维修
7800|Government-owned lotteries|国营彩票
7801|Government-licensed online casinos|持牌网上赌场
7802|Government-licensed horse and dog racing|持牌赛马赛狗
7829|Film and video production and distribution|影视制作发行
7832|Cinemas|电影院
7841|Video rental|音像租赁
7911|Dance halls, studios and schools|舞厅舞校
7922|Theatrical producers and ticket agencies|演出与票务
7929|Bands, orchestras and miscellaneous entertainers|乐队演艺
7932|Billiard and pool establishments|台球厅
7933|Bowling alleys|保龄球馆
7941|Commercial sports, clubs and promoters|商业体育
7991|Tourist attractions and exhibits|旅游景点
7992|Public golf courses|公共高尔夫球场
7993|Video amusement game supplies|游戏设备
7994|Video game arcades|电子游戏厅
7995|Betting, lottery tickets and casino chips|博彩
7996|Amusement parks, circuses and carnivals|游乐园
7997|Membership clubs, country clubs and private golf courses|会员俱乐部
7998|Aquariums and dolphinariums|水族馆
7999|Recreation services, not elsewhere classified|其他娱乐服务
8011|Doctors and physicians|医生诊所
8021|Dentists and orthodontists|牙医
8031|Osteopaths|整骨师
8041|Chiropractors|脊椎按摩师
8042|Optometrists and ophthalmologists|眼科
8043|Opticians, optical goods and eyeglasses|眼镜店
8049|Podiatrists and chiropodists|足科医生
8050|Nursing and personal care facilities|护理机构
8062|Hospitals|医院
8071|Medical and dental laboratories|医学检验
8099|Medical services, not elsewhere classified|其他医疗服务
8111|Legal services and attorneys|法律服务
8211|Elementary and secondary schools|中小学
8220|Colleges and universities|大专院校
8241|Correspondence schools|函授学校
8244|Business and secretarial schools|商业学校
8249|Vocational and trade schools|职业学校
8299|Educational services, not elsewhere classified|其他教育服务
8351|Child care services|托儿服务
8398|Charitable and social service organisations|慈善机构
8641|Civic, social and fraternal associations|社会团体
8651|Political organisations|政治组织
8661|Religious organisations|宗教组织
8675|Automobile associations|汽车协会
8699|Membership organisations, not elsewhere classified|其他会员组织
8734|Testing laboratories|检测实验室
8911|Architectural, engineering and surveying services|建筑工程测绘
8931|Accounting, auditing and bookkeeping|会计审计
8999|Professional services, not elsewhere classified|其他专业服务
9211|Court costs, alimony and child support|法院费用
9222|Fines|罚款
9223|Bail and bond payments|保释金
9311|Tax payments|税款
9399|Government services, not elsewhere classified|其他政府服务
9402|Postal services|邮政
9405|Intra-government purchases|政府内部采购
9406|Government-owned lotteries (certain regions)|国营彩票（部分地区）
9702|Emergency services|紧急服务
9950|Intra-company purchases|公司内部采购
`;
