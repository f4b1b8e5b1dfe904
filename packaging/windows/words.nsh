; What the installer says besides what NSIS has words for.

LangString WILL_BE_CLOSED ${LANG_ENGLISH} "${TITLE} is running. It will be closed; what you made with it is kept."
LangString WILL_BE_CLOSED ${LANG_ARABIC} "برنامج ${TITLE} قيد التشغيل. سيُغلَق الآن، ويبقى كل ما صنعته به محفوظًا."
LangString WILL_BE_CLOSED ${LANG_RUSSIAN} "${TITLE} сейчас работает. Программа будет закрыта; всё, что вы в ней сделали, сохранится."

LangString STILL_RUNS ${LANG_ENGLISH} "${TITLE} is running. Close its window, and its gateway where that runs on its own; then go on."
LangString STILL_RUNS ${LANG_ARABIC} "برنامج ${TITLE} قيد التشغيل. أغلق نافذته، وبوابته إن كانت تعمل وحدها، ثم تابع."
LangString STILL_RUNS ${LANG_RUSSIAN} "${TITLE} сейчас работает. Закройте его окно, а также шлюз, если он запущен отдельно, и продолжите."

LangString OTHERS_FOLDER ${LANG_ENGLISH} "This folder holds other things. Choose an empty one, or one that does not exist yet."
LangString OTHERS_FOLDER ${LANG_ARABIC} "في هذا المجلد أشياء أخرى. اختر مجلدًا فارغًا أو مجلدًا لا وجود له بعد."
LangString OTHERS_FOLDER ${LANG_RUSSIAN} "В этой папке есть другие файлы. Выберите пустую папку или ту, которой ещё нет."

LangString NOT_REPLACED ${LANG_ENGLISH} "The older version could not be replaced: some of its files are in use. Restart Windows and install once more; your data is untouched."
LangString NOT_REPLACED ${LANG_ARABIC} "تعذّر استبدال الإصدار الأقدم لأن بعض ملفاته مستخدَمة. أعد تشغيل Windows وثبّت مرة أخرى؛ بياناتك لم تُمَس."
LangString NOT_REPLACED ${LANG_RUSSIAN} "Не удалось заменить прежнюю версию: часть её файлов занята. Перезапустите Windows и установите ещё раз; ваши данные не затронуты."

LangString NOT_REMOVED ${LANG_ENGLISH} "Some files are in use and could not be removed. Restart Windows and remove the program once more."
LangString NOT_REMOVED ${LANG_ARABIC} "بعض الملفات مستخدَمة فتعذّرت إزالتها. أعد تشغيل Windows وأزل البرنامج مرة أخرى."
LangString NOT_REMOVED ${LANG_RUSSIAN} "Часть файлов занята, и удалить их не удалось. Перезапустите Windows и удалите программу ещё раз."

LangString ON_DESKTOP ${LANG_ENGLISH} "Icon on the desktop"
LangString ON_DESKTOP ${LANG_ARABIC} "أيقونة على سطح المكتب"
LangString ON_DESKTOP ${LANG_RUSSIAN} "Значок на рабочем столе"

LangString ABOUT_ON_DESKTOP ${LANG_ENGLISH} "A second way to start it, besides the Start menu."
LangString ABOUT_ON_DESKTOP ${LANG_ARABIC} "طريقة ثانية لتشغيله، إلى جانب قائمة ابدأ."
LangString ABOUT_ON_DESKTOP ${LANG_RUSSIAN} "Второй способ запуска, кроме меню «Пуск»."

LangString ABOUT ${LANG_ENGLISH} "Explore AI models and design routes between them"
LangString ABOUT ${LANG_ARABIC} "استكشف نماذج الذكاء الاصطناعي وصمّم المسارات بينها"
LangString ABOUT ${LANG_RUSSIAN} "Изучайте модели ИИ и проектируйте маршруты между ними"

LangString OPEN_IN ${LANG_ENGLISH} "Open in ${TITLE}"
LangString OPEN_IN ${LANG_ARABIC} "فتح في ${TITLE}"
LangString OPEN_IN ${LANG_RUSSIAN} "Открыть в ${TITLE}"

; Of each type of file, as packaging/desktop names them.
!insertmacro TYPE_WORDS
