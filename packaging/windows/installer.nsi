; The installer of one user: no administrator is needed, and nothing outside of the user's own folders and registry is touched.
; windows/build.py compiles it; FACTS is a file that it writes: what is defined beforehand, and macros with all files of the bundle.
; Options: /S asks nothing, /D=FOLDER (last, not quoted) says where to. Closes the program where it
; runs, and ends with 2 where it does not close.

Unicode true
!include "${FACTS}"
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

!define UNINSTALLER "uninstall.exe"
!define INCOMING "$INSTDIR\incoming"
!define CLASSES "Software\Classes"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"
!define OWN_KEY "Software\${APP_ID}"
; In halves of a second.
!define CLOSES_WITHIN 30
!define APP_PATH "Software\Microsoft\Windows\CurrentVersion\App Paths\${PROGRAM}"

Name "${TITLE}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS Win10
BrandingText "${TITLE} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey /LANG=0 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=0 "FileDescription" "${TITLE} ${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "${COPYRIGHT}"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "${OWN_KEY}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE RefuseOthersFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Arabic"
!insertmacro MUI_LANGUAGE "Russian"
!include "words.nsh"
!insertmacro MUI_RESERVEFILE_LANGDLL

Var IsUpgrade

; What is in use cannot be written to. The window is closed as by its own button (whoever installs silently has said yes to that); what
; does not close then, such as a gateway in a terminal, is left to the user: asks until nothing is in use, or ends.
!macro ASK_TO_CLOSE UN
Function ${UN}AskToClose
  StrCpy $1 0
  again:
  ClearErrors
  !insertmacro IS_IN_USE "${PROGRAM}"
  !insertmacro IS_IN_USE "${COMMAND}"
  Goto free
  busy:
    ${If} $1 = 0
      MessageBox MB_OKCANCEL|MB_ICONINFORMATION "$(WILL_BE_CLOSED)" /SD IDOK IDCANCEL refused
      nsExec::Exec '"$SYSDIR\taskkill.exe" /IM "${PROGRAM}"'
      Pop $0
    ${EndIf}
    IntOp $1 $1 + 1
    ${If} $1 < ${CLOSES_WITHIN}
      Sleep 500
      Goto again
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_RUNS)" /SD IDCANCEL IDRETRY again
  refused:
    SetErrorLevel 2
    Abort "$(STILL_RUNS)"
  free:
FunctionEnd
!macroend
!macro IS_IN_USE FILE
  ${If} ${FileExists} "$INSTDIR\${FILE}"
    FileOpen $0 "$INSTDIR\${FILE}" a
    IfErrors busy
    FileClose $0
  ${EndIf}
!macroend
!insertmacro ASK_TO_CLOSE ""
!insertmacro ASK_TO_CLOSE "un."

; A folder that holds something else stays as it is. What an older version, or one that was half copied, has left is no such thing.
Function RefuseOthersFolder
  ${If} ${FileExists} "$INSTDIR\${UNINSTALLER}"
  ${OrIf} ${FileExists} "${INCOMING}\*.*"
  ${OrIf} ${FileExists} "$INSTDIR\_internal\*.*"
  ${OrIf} ${FileExists} "$INSTDIR\portable"
    Return
  ${EndIf}
  ClearErrors
  FindFirst $0 $1 "$INSTDIR\*.*"
  ${DoUntil} ${Errors}
    ${If} $1 != "."
    ${AndIf} $1 != ".."
    ${AndIf} $1 != ""
      FindClose $0
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(OTHERS_FOLDER)" /SD IDOK
      SetErrorLevel 3
      Abort "$(OTHERS_FOLDER)"
    ${EndIf}
    FindNext $0 $1
  ${Loop}
  FindClose $0
FunctionEnd

Function un.onInit
  !insertmacro MUI_UNGETLANGUAGE
FunctionEnd

Function .onInstFailed
  SetOutPath "$TEMP"
  RMDir /r "${INCOMING}"
FunctionEnd

Section "${TITLE}" PROGRAM_FILES
  SectionIn RO
  Call RefuseOthersFolder
  Call AskToClose
  ; All of it first, beside what is there: where the disk is full the older program still works.
  RMDir /r "${INCOMING}"
  SetOutPath "${INCOMING}"
  SetOverwrite on
  File /r "${BUNDLE}\*.*"
  SetOutPath "$INSTDIR"
  ${If} ${FileExists} "$INSTDIR\${UNINSTALLER}"
    ExecWait '"$INSTDIR\${UNINSTALLER}" /S /UPGRADE _?=$INSTDIR' $0
    ${If} $0 <> 0
      SetErrorLevel $0
      Abort "$(NOT_REPLACED)"
    ${EndIf}
  ${EndIf}
  ClearErrors
  !insertmacro MOVE_IN
  ${If} ${Errors}
    SetErrorLevel 4
    Abort "$(NOT_REPLACED)"
  ${EndIf}
  RMDir /r "${INCOMING}"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"

  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${PROGRAM}" "" "" "" SW_SHOWNORMAL "" "$(ABOUT)"
  WriteRegStr HKCU "${APP_PATH}" "" "$INSTDIR\${PROGRAM}"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "URLInfoAbout" "${HOMEPAGE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}

  WriteRegStr HKCU "${CLASSES}\${SCHEME}" "" "URL:${TITLE}"
  WriteRegStr HKCU "${CLASSES}\${SCHEME}" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\${SCHEME}\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${SCHEME}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

  ; Windows knows files by what follows the last dot only, which belongs to any editor: among the programs for all of those this one
  ; is offered ("Open with"), and for its own kinds there is a line of its own in the menu.
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}" "FriendlyAppName" "${TITLE}"
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\SupportedTypes" "${LAST_ENDING}" ""
  !insertmacro REGISTER_TYPES
  Call TellShell
SectionEnd

Section /o "$(ON_DESKTOP)" ICON_ON_DESKTOP
  CreateShortcut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\${PROGRAM}" "" "" "" SW_SHOWNORMAL "" "$(ABOUT)"
SectionEnd

Function .onInit
  !insertmacro MUI_LANGDLL_DISPLAY
  ${If} ${FileExists} "$DESKTOP\${TITLE}.lnk"
    SectionSetFlags ${ICON_ON_DESKTOP} ${SF_SELECTED}
  ${EndIf}
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM_FILES} "$(ABOUT)"
  !insertmacro MUI_DESCRIPTION_TEXT ${ICON_ON_DESKTOP} "$(ABOUT_ON_DESKTOP)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Only what was installed: what the user keeps beside it, and all that was made with the program, stays.
Section "Uninstall"
  Call un.AskToClose
  ClearErrors
  ${GetParameters} $R0
  ${GetOptions} $R0 "/UPGRADE" $R1
  StrCpy $IsUpgrade 1
  ${If} ${Errors}
    StrCpy $IsUpgrade 0
  ${EndIf}
  ClearErrors
  SetOutPath "$TEMP"
  !insertmacro REMOVE
  ${If} ${Errors}
    SetErrorLevel 4
    Abort "$(NOT_REMOVED)"
  ${EndIf}
  ${If} $IsUpgrade = 1
    Return
  ${EndIf}

  Delete "$INSTDIR\${UNINSTALLER}"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  Delete "$DESKTOP\${TITLE}.lnk"
  !insertmacro FORGET_TYPES
  DeleteRegKey HKCU "${CLASSES}\Applications\${PROGRAM}"
  DeleteRegKey HKCU "${CLASSES}\${SCHEME}"
  DeleteRegKey HKCU "${APP_PATH}"
  DeleteRegKey HKCU "${OWN_KEY}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  Call un.TellShell
SectionEnd

; Explorer reads anew what opens what.
!macro TELL_SHELL UN
Function ${UN}TellShell
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
FunctionEnd
!macroend
!insertmacro TELL_SHELL ""
!insertmacro TELL_SHELL "un."
