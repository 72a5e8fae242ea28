"""The words of check phrases, by language.

The lists of all languages are aligned: the same place means the same thing, so that a
phone and a screen in two languages can show the same phrase. Words are short and
common, and the word of one list is in no other one. Not all are far apart in sound
("snail" and "whale"): people compare the whole phrase, with colour and number.
English is the language of record: see `phrases.py`. To add a language, add its three
lists here; `tests/test_phrases.py` says what is missing.
"""

# What the field above the phrase shows; the same for everybody.
SHADES = (
    *("#c62828", "#d84f00", "#f9c513", "#2e7d32", "#00796b", "#4fb3e8", "#1a4fd0"),
    *("#6a35c9", "#d81b78", "#795548", "#757575", "#212121", "#f5f5f5", "#b8860b"),
    *("#d9c29c", "#123069"),
)

WORDS = {
    "en": (
        "red orange yellow green teal sky blue violet pink brown gray black white gold "
        "beige navy",
        "ant badger bear bee piranha butterfly camel cat cobra cow crab cricket "
        "crocodile deer dog dolphin donkey duck eagle elephant fish flamingo fly fox "
        "frog giraffe goat toucan gorilla hamster hedgehog hen swan horse kangaroo "
        "koala lion lizard lobster iguana monkey mouse octopus ostrich owl panda "
        "parrot peacock penguin pigeon rabbit raven llama scorpion shark sheep snail "
        "spider squirrel tiger turtle whale wolf leopard",
        "anchor apple arrow ball basket bell boat tree rocket bottle bread bridge "
        "broom brush button cake candle chair clock bus coat comb crown cup door drum "
        "fan flag flower fork garden glove guitar hammer hat kettle key sun ladder "
        "lamp leaf lemon mirror moon egg needle nest plate pencil piano pillow ring "
        "river rope shoe soap spoon star stone table tent train umbrella window",
    ),
    "fr": (
        "rouge orange jaune vert turquoise ciel bleu violet rose marron gris noir "
        "blanc doré beige marine",
        "fourmi blaireau ours abeille piranha papillon chameau chat cobra vache crabe "
        "grillon crocodile cerf chien dauphin âne canard aigle éléphant poisson "
        "flamant mouche renard grenouille girafe chèvre toucan gorille hamster "
        "hérisson poule cygne cheval kangourou koala lion lézard homard iguane singe "
        "souris pieuvre autruche hibou panda perroquet paon pingouin pigeon lapin "
        "corbeau lama scorpion requin mouton escargot araignée écureuil tigre tortue "
        "baleine loup léopard",
        "ancre pomme flèche ballon panier cloche bateau arbre fusée bouteille pain "
        "pont balai brosse bouton gâteau bougie chaise horloge bus manteau peigne "
        "couronne tasse porte tambour éventail drapeau fleur fourchette jardin gant "
        "guitare marteau chapeau bouilloire clé soleil échelle lampe feuille citron "
        "miroir lune œuf aiguille nid assiette crayon piano oreiller bague rivière "
        "corde chaussure savon cuillère étoile pierre table tente train parapluie "
        "fenêtre",
    ),
    "de": (
        "rot orange gelb grün türkis himmelblau blau violett rosa braun grau schwarz "
        "weiß gold beige marine",
        "Ameise Dachs Bär Biene Piranha Schmetterling Kamel Katze Kobra Kuh Krabbe "
        "Grille Krokodil Hirsch Hund Delfin Esel Ente Adler Elefant Fisch Flamingo "
        "Fliege Fuchs Frosch Giraffe Ziege Tukan Gorilla Hamster Igel Henne Schwan "
        "Pferd Känguru Koala Löwe Eidechse Hummer Leguan Affe Maus Krake Strauß Eule "
        "Panda Papagei Pfau Pinguin Taube Hase Rabe Lama Skorpion Hai Schaf Schnecke "
        "Spinne Eichhörnchen Tiger Schildkröte Wal Wolf Leopard",
        "Anker Apfel Pfeil Ball Korb Glocke Boot Baum Rakete Flasche Brot Brücke "
        "Besen Bürste Knopf Kuchen Kerze Stuhl Uhr Bus Mantel Kamm Krone Tasse Tür "
        "Trommel Fächer Fahne Blume Gabel Garten Handschuh Gitarre Hammer Hut Kessel "
        "Schlüssel Sonne Leiter Lampe Blatt Zitrone Spiegel Mond Ei Nadel Nest Teller "
        "Bleistift Klavier Kissen Ring Fluss Seil Schuh Seife Löffel Stern Stein Tisch "
        "Zelt Zug Regenschirm Fenster",
    ),
    "es": (
        "rojo naranja amarillo verde turquesa celeste azul violeta rosa marrón gris "
        "negro blanco dorado beis marino",
        "hormiga tejón oso abeja piraña mariposa camello gato cobra vaca cangrejo "
        "grillo cocodrilo ciervo perro delfín burro pato águila elefante pez flamenco "
        "mosca zorro rana jirafa cabra tucán gorila hámster erizo gallina cisne "
        "caballo canguro koala león lagarto langosta iguana mono ratón pulpo avestruz "
        "búho panda loro pavo pingüino paloma conejo cuervo llama escorpión tiburón "
        "oveja caracol araña ardilla tigre tortuga ballena lobo leopardo",
        "ancla manzana flecha pelota cesta campana barco árbol cohete botella pan "
        "puente escoba cepillo botón pastel vela silla reloj autobús abrigo peine "
        "corona taza puerta tambor abanico bandera flor tenedor jardín guante guitarra "
        "martillo sombrero tetera llave sol escalera lámpara hoja limón espejo luna "
        "huevo aguja nido plato lápiz piano almohada anillo río cuerda zapato jabón "
        "cuchara estrella piedra mesa carpa tren paraguas ventana",
    ),
    "ja": (
        "赤 オレンジ 黄色 緑 ターコイズ 水色 青 紫 ピンク 茶色 灰色 黒 白 金色 "
        "ベージュ 紺",
        "アリ アナグマ クマ ハチ ピラニア チョウ ラクダ ネコ コブラ ウシ カニ "
        "コオロギ ワニ シカ イヌ イルカ ロバ アヒル ワシ ゾウ さかな フラミンゴ ハエ "
        "キツネ カエル キリン ヤギ オオハシ ゴリラ ハムスター ハリネズミ ニワトリ "
        "ハクチョウ ウマ カンガルー コアラ ライオン トカゲ ロブスター イグアナ サル "
        "ネズミ タコ ダチョウ フクロウ パンダ オウム クジャク ペンギン ハト ウサギ "
        "カラス ラマ サソリ サメ ヒツジ カタツムリ クモ リス トラ カメ クジラ "
        "オオカミ ヒョウ",
        "いかり りんご 矢 ボール かご 鈴 ふね 木 ロケット びん パン 橋 ほうき ブラシ "
        "ボタン ケーキ ろうそく いす 時計 バス コート くし 王冠 カップ ドア たいこ "
        "扇子 旗 花 フォーク 庭 手袋 ギター かなづち 帽子 やかん かぎ 太陽 はしご "
        "ランプ 葉 レモン 鏡 月 たまご 針 巣 さら えんぴつ ピアノ まくら 指輪 川 "
        "ロープ くつ せっけん スプーン 星 石 テーブル テント 電車 かさ 窓",
    ),
    "ar": (
        "أحمر برتقالي أصفر أخضر فيروزي سماوي أزرق بنفسجي وردي بني رمادي أسود أبيض "
        "ذهبي بيج كحلي",
        "نملة غرير دب نحلة بيرانا فراشة جمل قطة كوبرا بقرة سلطعون جندب تمساح غزال كلب "
        "دلفين حمار بطة نسر فيل سمكة فلامنغو ذبابة ثعلب ضفدع زرافة ماعز طوقان غوريلا "
        "هامستر قنفذ دجاجة بجعة حصان كنغر كوالا أسد سحلية كركند إغوانا قرد فأر أخطبوط "
        "نعامة بومة باندا ببغاء طاووس بطريق حمامة أرنب غراب لاما عقرب قرش خروف حلزون "
        "عنكبوت سنجاب نمر سلحفاة حوت ذئب فهد",
        "مرساة تفاحة سهم كرة سلة جرس قارب شجرة صاروخ زجاجة خبز جسر مكنسة فرشاة زر كعكة "
        "شمعة كرسي ساعة حافلة معطف مشط تاج كوب باب طبل مروحة علم زهرة شوكة حديقة قفاز "
        "غيتار مطرقة قبعة غلاية مفتاح شمس سلم مصباح ورقة ليمونة مرآة قمر بيضة إبرة عش "
        "طبق قلم بيانو وسادة خاتم نهر حبل حذاء صابون ملعقة نجمة حجر طاولة خيمة قطار "
        "مظلة نافذة",
    ),
}
