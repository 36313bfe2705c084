//! Names to make people from, as they are written at home and as they are spelt in an address.
//!
//! A word stands for a name; what follows a colon is its spelling in ASCII where lower case alone
//! does not give it. Family names that change with gender are left out or kept apart, so that any
//! given name of a culture goes with any family name of it.

/// How the two names stand in a full name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Given name, blank, family name.
    GivenFirst,
    /// Family name, blank, given name.
    FamilyFirst,
    /// Family name and given name without a blank.
    Joined,
}

/// People of one place.
pub(super) struct Culture {
    /// How many of all the weights together.
    pub(super) weight: u64,
    pub(super) locale: &'static str,
    pub(super) time_zone: &'static str,
    /// The site, which names the team.
    pub(super) site: &'static str,
    /// Country code and the start of a mobile number. Zeros follow, which nobody's number has.
    pub(super) mobile: &'static str,
    pub(super) order: Order,
    pub(super) given: &'static str,
    pub(super) family: &'static str,
}

pub(super) const CULTURES: &[Culture] = &[
    Culture {
        weight: 22,
        locale: "en-US",
        time_zone: "America/Denver",
        site: "Salt Lake City",
        mobile: "+1 801 555",
        order: Order::GivenFirst,
        given: "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William \
                Barbara Richard Susan Joseph Jessica Thomas Karen Ashley Daniel Emily Matthew \
                Madison Anthony Renée:renee Zoë:zoe Tyrone Aaliyah Hunter Chloe",
        family: "Smith Johnson Williams Brown Jones Davis Miller Wilson Anderson Taylor Moore \
                 Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen \
                 King Wright Scott Torres Hill Flores Green Adams Nelson Baker Hall O’Connor:oconnor",
    },
    Culture {
        weight: 8,
        locale: "en-GB",
        time_zone: "Europe/London",
        site: "Manchester",
        mobile: "+44 7700 9",
        order: Order::GivenFirst,
        given: "Oliver Amelia George Isla Harry Ava Jack Siân:sian Alfie Poppy Callum Niamh Rhys \
                Eilidh Aisha Imran Priya Gareth Seán:sean Freya",
        family: "Evans Hughes Roberts Turner Cooper Ward Morris Khan Patel Begum Shaw Kelly \
                 MacDonald Campbell Murphy Bennett Hussain Griffiths Siôn:sion Whitfield",
    },
    Culture {
        weight: 7,
        locale: "de-DE",
        time_zone: "Europe/Berlin",
        site: "Berlin",
        mobile: "+49 151",
        order: Order::GivenFirst,
        given: "Anna Jürgen:juergen Lena Björn:bjoern Käthe:kaethe Lukas Jörg:joerg Sabine Felix \
                Mia Günther:guenther Heike Emre Aylin Sören:soeren Paula Matthias Birgit Till Nele",
        family: "Müller:mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schäfer:schaefer \
                 Köhler:koehler Krüger:krueger Groß:gross Weiß:weiss Jäger:jaeger Vogel Lange \
                 Böhm:boehm Yılmaz:yilmaz Kaya Strauß:strauss",
    },
    Culture {
        weight: 6,
        locale: "fr-FR",
        time_zone: "Europe/Paris",
        site: "Lyon",
        mobile: "+33 6 39",
        order: Order::GivenFirst,
        given: "Élodie:elodie François:francois Chloé:chloe Jérôme:jerome Léa:lea Noël:noel Camille \
                Hélène:helene Mathis Inès:ines Benoît:benoit Anaïs:anais Loïc:loic Amélie:amelie \
                Théo:theo Maëlle:maelle Karim Fatou Rémi:remi Solène:solene",
        family: "Lefèvre:lefevre Moreau Girard Rousseau Bélanger:belanger Dubois Fournier Mercier \
                 Guérin:guerin Chevalier Müller:muller Benali Diallo Gauthier Perrin Château:chateau \
                 Nguyễn:nguyen D’Aubigné:daubigne Marchand Brûlé:brule",
    },
    Culture {
        weight: 6,
        locale: "es-MX",
        time_zone: "America/Mexico_City",
        site: "Guadalajara",
        mobile: "+52 33",
        order: Order::GivenFirst,
        given: "José:jose María:maria Jesús:jesus Sofía:sofia Ángel:angel Ximena Andrés:andres \
                Lucía:lucia Begoña:begona Raúl:raul Íñigo:inigo Valentina Martín:martin Inés:ines \
                Óscar:oscar Guadalupe Iván:ivan Renata Toño:tono Araceli",
        family: "García:garcia Hernández:hernandez López:lopez Martínez:martinez Núñez:nunez \
                 Muñoz:munoz Pérez:perez Sánchez:sanchez Ramírez:ramirez Peña:pena Gómez:gomez \
                 Ibáñez:ibanez Vázquez:vazquez Castillo Ortiz Zúñiga:zuniga Morales Ríos:rios",
    },
    Culture {
        weight: 4,
        locale: "pt-BR",
        time_zone: "America/Sao_Paulo",
        site: "São Paulo",
        mobile: "+55 11 9",
        order: Order::GivenFirst,
        given: "João:joao Ana Antônio:antonio Júlia:julia Luís:luis Letícia:leticia Gonçalo:goncalo \
                Beatriz Caio Conceição:conceicao Thaís:thais Vinícius:vinicius Márcia:marcia Zé:ze",
        family: "Silva Souza Gonçalves:goncalves Araújo:araujo Magalhães:magalhaes Simões:simoes \
                 Brandão:brandao Ribeiro Corrêa:correa Assunção:assuncao Teixeira Conceição:conceicao",
    },
    Culture {
        weight: 4,
        locale: "pl-PL",
        time_zone: "Europe/Warsaw",
        site: "Kraków",
        mobile: "+48 501",
        order: Order::GivenFirst,
        given: "Łukasz:lukasz Małgorzata:malgorzata Paweł:pawel Agnieszka Michał:michal \
                Bożena:bozena Świętomir:swietomir Grażyna:grazyna Wojciech Zofia Jędrzej:jedrzej Aleksandra",
        family: "Nowak Wójcik:wojcik Kowalczyk Woźniak:wozniak Mazur Krawczyk Kaczmarek Zając:zajac \
                 Król:krol Wróbel:wrobel Stępień:stepien Dudek Pawlak Gołąb:golab Sikora Bąk:bak",
    },
    Culture {
        weight: 3,
        locale: "sv-SE",
        time_zone: "Europe/Stockholm",
        site: "Malmö",
        mobile: "+46 70",
        order: Order::GivenFirst,
        given: "Åsa:asa Björn:bjorn Märta:marta Göran:goran Linnéa:linnea Håkan:hakan Maja Örjan:orjan \
                Elsa Nils Ebba Sören:soren",
        family: "Andersson Nilsson Åberg:aberg Öberg:oberg Lindström:lindstrom Sjögren:sjogren \
                 Bergström:bergstrom Håkansson:hakansson Ek Nyström:nystrom Ström:strom Björk:bjork",
    },
    Culture {
        weight: 3,
        locale: "tr-TR",
        time_zone: "Europe/Istanbul",
        site: "İstanbul",
        mobile: "+90 532",
        order: Order::GivenFirst,
        given: "İbrahim:ibrahim Ayşe:ayse Çağla:cagla Oğuz:oguz Işıl:isil Şule:sule Ümit:umit \
                Gökçe:gokce Barış:baris Zeynep Kıvanç:kivanc Elif",
        family: "Yıldız:yildiz Çelik:celik Şahin:sahin Öztürk:ozturk Aydın:aydin Kılıç:kilic \
                 Doğan:dogan Güneş:gunes İnce:ince Koç:koc Arslan Taş:tas",
    },
    Culture {
        weight: 3,
        locale: "vi-VN",
        time_zone: "Asia/Ho_Chi_Minh",
        site: "Đà Nẵng",
        mobile: "+84 90",
        order: Order::FamilyFirst,
        given: "Anh Bình:binh Châu:chau Dũng:dung Giang Hạnh:hanh Hương:huong Khánh:khanh Linh Minh \
                Ngọc:ngoc Phương:phuong Quỳnh:quynh Thảo:thao Tuấn:tuan Vũ:vu",
        family: "Nguyễn:nguyen Trần:tran Lê:le Phạm:pham Hoàng:hoang Huỳnh:huynh Phan Võ:vo \
                 Đặng:dang Bùi:bui Đỗ:do Hồ:ho Ngô:ngo Dương:duong",
    },
    Culture {
        weight: 12,
        locale: "zh-CN",
        time_zone: "Asia/Shanghai",
        site: "上海",
        mobile: "+86 138",
        order: Order::Joined,
        given: "伟:wei 芳:fang 娜:na 秀英:xiuying 敏:min 静:jing 丽:li 强:qiang 磊:lei 洋:yang \
                艳:yan 勇:yong 军:jun 杰:jie 娟:juan 涛:tao 明:ming 超:chao 霞:xia 梓涵:zihan \
                浩然:haoran 雨桐:yutong 子轩:zixuan 欣怡:xinyi 宇航:yuhang 诗涵:shihan 思远:siyuan \
                晓燕:xiaoyan 建国:jianguo 志强:zhiqiang",
        family: "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou \
                 徐:xu 孙:sun 马:ma 朱:zhu 胡:hu 郭:guo 何:he 林:lin 高:gao 罗:luo 郑:zheng \
                 梁:liang 谢:xie 宋:song 唐:tang 许:xu 韩:han 冯:feng 邓:deng 欧阳:ouyang 司马:sima 吕:lyu",
    },
    Culture {
        weight: 3,
        locale: "zh-TW",
        time_zone: "Asia/Taipei",
        site: "臺北",
        mobile: "+886 912",
        order: Order::Joined,
        given: "雅婷:yating 志明:chihming 淑芬:shufen 俊傑:chunchieh 怡君:yichun 家豪:chiahao \
                宗翰:tsunghan 佳穎:chiaying 冠宇:kuanyu 欣怡:hsinyi 承恩:chengen 美玲:meiling",
        family: "陳:chen 林:lin 黃:huang 張:chang 吳:wu 劉:liu 蔡:tsai 楊:yang 許:hsu 鄭:cheng \
                 謝:hsieh 郭:kuo 賴:lai 蘇:su 葉:yeh 龔:kung",
    },
    Culture {
        weight: 6,
        locale: "ja-JP",
        time_zone: "Asia/Tokyo",
        site: "東京",
        mobile: "+81 90",
        order: Order::FamilyFirst,
        given: "陽翔:haruto 結衣:yui 蓮:ren 葵:aoi 大翔:hiroto さくら:sakura 悠真:yuma 美咲:misaki \
                健太:kenta 由美子:yumiko 翔太:shota 真由美:mayumi 拓海:takumi ひなた:hinata \
                直樹:naoki 恵子:keiko カレン:karen",
        family: "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe 山本:yamamoto \
                 中村:nakamura 小林:kobayashi 加藤:kato 吉田:yoshida 山田:yamada 佐々木:sasaki \
                 齋藤:saito 髙木:takagi 東海林:shoji",
    },
    Culture {
        weight: 5,
        locale: "ko-KR",
        time_zone: "Asia/Seoul",
        site: "서울",
        mobile: "+82 10",
        order: Order::Joined,
        given: "민준:minjun 서연:seoyeon 도윤:doyun 지우:jiwoo 하준:hajun 수빈:subin 예준:yejun \
                지민:jimin 현우:hyunwoo 은지:eunji 성민:sungmin 유진:yujin 동현:donghyun 혜진:hyejin",
        family: "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim 한:han \
                 오:oh 서:seo 신:shin 남궁:namgung",
    },
    Culture {
        weight: 4,
        locale: "uk-UA",
        time_zone: "Europe/Kyiv",
        site: "Львів",
        mobile: "+380 67",
        order: Order::GivenFirst,
        given: "Олександр:oleksandr Наталія:nataliia Тарас:taras Оксана:oksana Юрій:yurii \
                Ірина:iryna Богдан:bohdan Соломія:solomiia Сергій:serhii Ганна:hanna Єва:yeva \
                Злата:zlata",
        family: "Шевченко:shevchenko Коваленко:kovalenko Бондаренко:bondarenko Ткаченко:tkachenko \
                 Кравчук:kravchuk Мельник:melnyk Олійник:oliinyk Поліщук:polishchuk Лисенко:lysenko \
                 Гончар:honchar Мороз:moroz Щерба:shcherba",
    },
    Culture {
        weight: 2,
        locale: "ru-KZ",
        time_zone: "Asia/Almaty",
        site: "Алматы",
        mobile: "+7 701",
        order: Order::GivenFirst,
        given: "Алия:aliya Данияр:daniyar Ольга:olga Ерлан:yerlan Светлана:svetlana Нурсултан:nursultan \
                Татьяна:tatyana Пётр:pyotr Айгерим:aigerim Юлия:yuliya",
        family: "Черных:chernykh Долгих:dolgikh Седых:sedykh Ким:kim Цой:tsoi Жук:zhuk Коваль:koval \
                 Соловей:solovei Назарбек:nazarbek Оспан:ospan",
    },
    Culture {
        weight: 1,
        locale: "el-GR",
        time_zone: "Europe/Athens",
        site: "Αθήνα",
        mobile: "+30 694",
        order: Order::GivenFirst,
        given: "Γιώργος:giorgos Δημήτρης:dimitris Κώστας:kostas Νίκος:nikos Χρήστος:christos \
                Θανάσης:thanasis Σπύρος:spyros Βασίλης:vasilis",
        family: "Παπαδόπουλος:papadopoulos Γεωργίου:georgiou Οικονόμου:oikonomou Αντωνίου:antoniou \
                 Καραγιάννης:karagiannis Ιωάννου:ioannou Βλάχος:vlachos Μακρής:makris",
    },
    Culture {
        weight: 1,
        locale: "el-GR",
        time_zone: "Europe/Athens",
        site: "Αθήνα",
        mobile: "+30 697",
        order: Order::GivenFirst,
        given: "Μαρία:maria Ελένη:eleni Κατερίνα:katerina Βασιλική:vasiliki Σοφία:sofia \
                Αγγελική:angeliki Δήμητρα:dimitra Ζωή:zoi",
        family: "Παπαδοπούλου:papadopoulou Γεωργίου:georgiou Οικονόμου:oikonomou Αντωνίου:antoniou \
                 Καραγιάννη:karagianni Ιωάννου:ioannou Βλάχου:vlachou Μακρή:makri",
    },
    Culture {
        weight: 3,
        locale: "ar-EG",
        time_zone: "Africa/Cairo",
        site: "القاهرة",
        mobile: "+20 100",
        order: Order::GivenFirst,
        given: "محمد:mohamed فاطمة:fatma أحمد:ahmed مريم:mariam عمر:omar نور:nour يوسف:youssef \
                هدى:hoda خالد:khaled سلمى:salma مصطفى:mostafa آية:aya",
        family: "حسن:hassan إبراهيم:ibrahim السيد:elsayed منصور:mansour فؤاد:fouad صالح:saleh \
                 الشاذلي:elshazly عبدالله:abdallah رمضان:ramadan نجيب:naguib",
    },
    Culture {
        weight: 5,
        locale: "hi-IN",
        time_zone: "Asia/Kolkata",
        site: "पुणे",
        mobile: "+91 98",
        order: Order::GivenFirst,
        given: "आरव:aarav अनन्या:ananya विवान:vivaan दीया:diya अर्जुन:arjun प्रिया:priya रोहन:rohan \
                श्रेया:shreya सिद्धार्थ:siddharth काव्या:kavya ऋषि:rishi लक्ष्मी:lakshmi",
        family: "शर्मा:sharma वर्मा:verma गुप्ता:gupta पाटील:patil जोशी:joshi कुलकर्णी:kulkarni \
                 अय्यर:iyer मेहता:mehta नायर:nair चौधरी:chaudhary मिश्रा:mishra देशपांडे:deshpande",
    },
];
