"""Words that are in every text of a language, and so name none of them."""

from __future__ import annotations

_BY_LANGUAGE = {
    "en": """
        about above after again also although always among another anything around because been before being below
        between both cannot come could does doesn doing done dont down during each either else even ever every everything
        from further gave give given goes going gone hadn hasn have haven having here hers herself himself how however
        into isn itself just keep know last later least less like made make makes many maybe mine more most much must
        myself need never next none nothing often once only other others ours over perhaps please quite rather really
        said same says shall should shouldn since some someone something soon still such sure take taken than that thats
        their theirs them themselves then there therefore these they thing things think this those though through thus
        till together told tomorrow took toward under until upon used using very want wants wanted wasn well went were
        weren what whatever when whenever where whether which while whole whom whose will wish with within without won
        would wouldn year years yesterday yours yourself your
    """,
    "de": """
        aber alle allem allen aller alles also andere anderen anderer anderes auch beim bereits bevor bitte dabei dafür
        dagegen damit danach dann daran darauf daraus darf darum dass dazu deine deinem deinen deiner denn deren desse
        dessen diese diesem diesen dieser dieses doch dort durch durfte dürfen eben eine einem einen einer eines einfach
        einige einmal erst etwas euch euer eure falls fast ganz geben gegen gehen geht genau gern gerne gewesen gibt habe
        haben hallo hatte hatten hätte hier hinein hinter ihnen ihre ihrem ihren ihrer ihres immer indem innerhalb irgend
        jede jedem jeden jeder jedes jedoch jemand jetzt kann kannst kein keine keinem keinen keiner könnte können
        konnte lassen leider lieber machen macht man manche mehr mein meine meinem meinen meiner meines mich muss musste
        müssen möchte möchten nach nachdem neben nehmen nicht nichts noch nochmal nämlich oben oder ohne recht schon sehr
        seid sein seine seinem seinen seiner seit selbst sich sicher sind sofort sogar solche soll sollen sollte sondern
        sonst soweit tun über überhaupt unser unsere unserem unseren unserer unten unter viel viele vielleicht vom von vor
        vorher wann waren warum weder wegen weil weiter welche welchem welchen welcher welches wenig wenn werde werden
        wieder will wird wirklich wissen wobei wohl wollen wollte worden wurde wurden während wäre würde würden zehn
        ziemlich zwar zwischen
    """,
    "fr": """
        afin ainsi alors aucun aucune aura aurait auront aussi autre autres avaient avais avait avant avec avez avoir
        avons ayant beaucoup bien bonjour ceci cela celle celles celui cependant ces cet cette ceux chaque chez comme
        comment contre dans depuis dernier dernière derrière dès deux devant dire doit donc dont elle elles encore entre
        êtes être était étaient étant fait faire faut fois font hors jamais jusque leur leurs lors lorsque maintenant
        mais malgré même mêmes merci mienne mieux moins notre nous nouveau parce parfois parmi pas pendant peut peuvent
        peux plus plusieurs plutôt pour pourquoi pourrait pouvez pouvoir près presque puis quand quel quelle quelles
        quelque quelques quels qui quoi rien sans selon sera serait seront ses seulement sinon soit sommes son sont sous
        souvent suis suite sur tandis tant tard tellement tes toujours tous tout toute toutes très trop une vers veux
        voici voilà votre vos voudrais vous vraiment
    """,
    "es": """
        ahora algo alguien algún alguna algunas alguno algunos ante antes aquel aquella aquellos aquí aunque bastante
        bien cada casi como cómo con contra cosa cual cuál cuales cualquier cuando cuándo cuanto debe deben deber debo
        del desde después donde dónde durante ella ellas ellos entonces entre era eran eres esa esas ese eso esos esta
        está estaba estado están estar estas este esto estos estoy favor fue fueron gracias ha haber había hace hacen
        hacer hacia han hasta hay hola igual incluso jamás las les luego los más me mejor menos mientras misma mismo
        mucha muchas mucho muchos muy nada nadie ninguna ninguno nos nosotros nuestra nuestro nunca otra otras otro otros
        para pero poco podría por porque primero puede pueden puedo pues que qué quien quién quiere quiero quisiera sea
        según ser será sido siempre sin sino sobre solo sólo son soy sus suya suyo tal también tampoco tan tanto tener
        tengo tiene tienen toda todas todavía todo todos tras tuve una unas uno unos usted ustedes vez vosotros ya
    """,
    "it": """
        abbia abbiamo alcuna alcune alcuni alcuno alla alle allo allora altra altre altri altro anche ancora anzi appena
        avere aveva avevo avete bene ciao cioè circa come con contro cosa così credo cui dagli dalla dalle dallo degli
        del della delle dello dentro deve devo dopo dove dovrebbe due dunque durante ecco entro era erano essere fare
        fatto fino fra già gli grazie hanno infatti invece loro mai male meglio meno mentre mia mie miei mio molta molte
        molti molto nella nelle nello nessun nessuna nessuno niente noi nostra nostro nulla ogni oggi oltre oppure ora per
        perché però più poca poco poi poiché posso possono potete potrebbe prego prima proprio può qualche qualcosa
        qualcuno quale quali quando quanta quanto quasi quella quelle quelli quello questa queste questi questo qui quindi
        sarà sarebbe saranno sei sempre senza sia siamo siano siete solo sono sopra soprattutto sotto stata state stati
        stato stessa stesso sua subito sugli sulla sulle suo tale tanta tanto troppo tua tuo tutta tutte tutti tutto
        una vero verso voglio voi volta vorrei vostra vostro
    """,
    "pt": """
        agora ainda algo alguém algum alguma algumas alguns ambos antes aquela aquele aqueles aquilo assim até bastante
        bem cada coisa como contra cuja cujo dela dele deles depois desde dessa desse desta deste deve devem dever devo
        disso disto durante ela elas ele eles enquanto então entre era eram essa essas esse esses esta está estamos estão
        estar estas estava este estes estou favor fazer faz feito foi foram gostaria havia hoje isso isto já lhe logo
        mais mas mesma mesmo meu meus minha minhas muita muitas muito muitos nada não nas nem nenhum nenhuma nessa nesse
        nesta neste ninguém nos nossa nosso nunca numa obrigada obrigado olá onde ontem outra outras outro outros para
        pela pelo pelos perto pode podem poder podia pois por porque porquê posso pouca pouco preciso primeiro própria
        próprio quais qual qualquer quando quanto quase quem quero seja sem sempre sendo ser será seria seu seus sido sim
        sob sobre somente sou sua suas tal também tanto tem têm temos tenho ter teve tinha toda todas todo todos tudo uma
        umas vai vamos vez você vocês vou
    """,
    "nl": """
        aan alle alleen alles als altijd ander andere anders beide bent bij binnen boven daar daarom dan dat deze dezelfde
        die dit doen doet door dus echt echter een elk elke eens enige erg even gaan gaat geen geweest gewoon graag haar
        had hadden heb hebben hebt heeft heel hele hem hen het hier hij hoe hun iedereen iemand iets ieder immers jouw
        jullie kan kunnen kunt laat laten maar maken meer meest meestal men met mij mijn moet moeten mogen naar niemand
        niet niets nieuwe nog nooit nu ofwel omdat onder ons onze ook over overal per sinds soms steeds tegen terug
        terwijl toch toen tot tussen uit uw vaak van vanaf veel verder volgens voor vooral waar waarom wanneer want waren
        was wat weer wel welke werd werden weten wie wij wil willen word worden wordt zal zeer zich zichzelf zijn zonder
        zoals zou zouden zullen
    """,
    "ru": """
        более больше будем будет будете будут была были было быть вами ваша ваше ваши вашу ведь весь вместо вообще вот
        время всегда всего всем всех всю всё вы где даже два для должен должна другие другой другую его если есть еще ещё
        зачем здесь именно иногда какая какие какой когда конечно которая которого которое которой котором которую
        которые который кроме куда лучше между меня мне много может можете можно мной моего моей моём мою мое моё мои мой
        моя надо нами наша наше наши него неё ней нельзя немного нет нибудь никогда никто ничего нужно однако она они
        оно опять очень перед пожалуйста под подскажите пока после потом потому почему почти поэтому при просто прошу
        пусть раз разве сам себе себя сейчас снова совсем спасибо сразу также такая такие такой там твой тебе тебя тем
        теперь того тоже только тому тот тут уже хотел хотела хотя хочу чего чем через что чтобы чуть этим этих это этого
        этой этом эту эта эти этот являются
    """,
    "tr": """
        acaba ama ancak artık aslında ayrıca bana bazı belki ben benden beni benim beri bile bir biraz birçok birkaç birşey
        bize bizim böyle buna bunda bundan bunlar bunu bunun burada bütün çok çünkü daha dahi değil diğer diye dolayı
        edecek eden eder edilen etmek etti gibi göre hangi hatta hem henüz hep hepsi her herkes hiç hiçbir için ile ilgili
        ise işte kadar kendi kendim kez kim kimse lütfen madem mı nasıl neden nerede nereye niçin niye olan olarak oldu
        olduğu olduğunu olmak olması olsa olur ona ondan onlar onların onu onun orada oysa öyle pek rağmen sadece sanki
        sen senin siz size sizin sonra şey şimdi şöyle şu tarafından teşekkürler tüm var vardı veya yani yapmak yerine yine
        yok yoksa zaten
    """,
    "ar": """
        أبدا أحد أخرى أدري أرجو أرغب أريد أعرف أعلم أكثر أمام أنا أنت أنتم أنها أنه أني أود أول أي أيضا إذا إلا إلى إلي
        إليك إليكم إما إن إنه إنها إنني الآن التي الذي الذين الى اليوم ان أن بدون بسبب بشكل بعد بعض بها بهذا بهذه به بين
        بينما تكون تلك تم تمت ثم جدا جميع جيدا حتى حول حيث حين خلال دائما دون ذلك رغم سوف شكرا شيء ضد طوال عبر عدم عدة
        عليكم عليه عليها علي على عليّ عن عند عندما عندي غير فقط فلا فوق في فيه فيها قال قبل قد كان كانت كانوا كذلك كل كلا
        كلما كما كنت كيف لأن لأنه لأنني لدي لديكم لذلك لقد لكم لكن لكنه لكني لم لماذا لما لن لنا له لها لهذا لي ليس ليست
        ليت ما ماذا متى مثل مجرد مرة مرتين مرحبا مع معكم معي معظم مما من منذ منكم منه منها مني منا نحن نعم هذا هذه هل هم
        هنا هناك هو هي وأن وأنا وإن وقد وكان ولا ولكن ولم ولن وليس وما ومن وهذا وهو وهي يتم يجب يرجى يكن يكون يمكن
        يمكنكم يمكنني يوجد فضلك فضلكم أستطيع استطيع نستطيع
    """,
    "he": """
        אבל אולי אותה אותו אותי אותך אותם אחד אחר אחרי אחת איך אין איפה אלא אלה אלו אנחנו אני אנו אפשר אפילו אשר אתה אתם
        באמצע בבקשה בגלל בין בכל בלי במקום בעוד בקשר גם דרך האם הוא היא היה היו היתה היום הייתה הייתי הם הנה הרבה הזה
        הזאת הזו ואני ולא ועוד ורק זאת זה זו חייב טוב יותר יהיה יכול יכולה יש כאן כאשר כבר כדי כולם כך כל כלום כמה כמו
        כמעט כן כפי כשאני לאחר לא לבד להיות לו לי לכם לכן למה לפני לנו לעולם לפעמים מאד מאוד מאז מדוע מה מהם מי מישהו
        מכל ממני מספיק מעל מצד משהו מתחת מתי נגד סביב עבור עדיין עד על עוד עכשיו עלי עם פה פחות צריך צריכה קצת קודם רוצה
        רק שאין שאני שבו שהוא שהיא שוב שום של שלא שלה שלהם שלו שלי שלך שלכם שלנו שם תודה תחת תמיד
    """,
    "zh": "我们 你们 他们 她们 它们 什么 怎么 这个 那个 这些 那些 可以 没有 不能 但是 因为 所以 如果 已经 还是 或者 一个 一下 请问 为什 我的 你的 是否 如何 需要 时候 现在 问题",
    "ja": "何時 時間 場合 自分 今日 必要 可能 下さ 出来 以上 以下",
    "ko": "그리고 그러나 하지만 그래서 있습니다 없습니다 합니다 입니다 있는 없는 하는 제가 저는 나는 우리는 이것 저것 어떻게 언제 무엇 지금 너무 아주 수 것을 것이 하고 위해 대한",
}

STOP_WORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())
