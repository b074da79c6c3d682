; Installer for Windows. Compile on any system:
;   makensis -DVERSION=0.1.0 -DBUNDLE=dist/semgui -DOUT=dist packaging/windows/semgui.nsi
; The bundle itself must have been frozen on Windows. Installs for one user (no administrator) or for all;
; several versions stay side by side, each in a folder of its own.

Unicode true
!ifndef VERSION
  !error "say which version: -DVERSION=0.1.0"
!endif
!ifndef BUNDLE
  !error "say where the frozen application is: -DBUNDLE=dist/semgui"
!endif
!ifndef OUT
  !define OUT "."
!endif
!define NAME "SEMGui"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME} ${VERSION}"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}\${VERSION}"
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include x64.nsh

Name "${NAME} ${VERSION}"
OutFile "${OUT}/semgui-${VERSION}-setup.exe"
SetCompressor /SOLID lzma
SetCompressorDictSize 64
BrandingText "${NAME} ${VERSION}"
!ifdef ICON
  !define MUI_ICON "${ICON}"
  !define MUI_UNICON "${ICON}"
!endif

!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\SEMGui.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "SEMGui needs a 64-bit Windows." /SD IDOK
    Abort
  ${EndIf}
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function un.onInit
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

Section "SEMGui"
  ; The same version again: what an earlier build left would be loaded beside the new files.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateDirectory "$SMPROGRAMS\${NAME}"
  CreateShortcut "$SMPROGRAMS\${NAME}\${NAME} ${VERSION}.lnk" "$INSTDIR\SEMGui.exe" "open"

  ; "Open with" for the database of a project, and in the menu of every folder.
  WriteRegStr SHCTX "Software\Classes\SEMGui.Project" "" "SEMGui project"
  WriteRegStr SHCTX "Software\Classes\SEMGui.Project\DefaultIcon" "" "$INSTDIR\SEMGui.exe,0"
  WriteRegStr SHCTX "Software\Classes\SEMGui.Project\shell\open\command" "" '"$INSTDIR\SEMGui.exe" open "%1"'
  WriteRegStr SHCTX "Software\Classes\.semgui" "" "SEMGui.Project"
  WriteRegStr SHCTX "Software\Classes\Directory\shell\SEMGui" "" "Open with SEMGui"
  WriteRegStr SHCTX "Software\Classes\Directory\shell\SEMGui" "Icon" "$INSTDIR\SEMGui.exe"
  WriteRegStr SHCTX "Software\Classes\Directory\shell\SEMGui\command" "" '"$INSTDIR\SEMGui.exe" open "%1"'

  WriteRegStr SHCTX "${KEY}" "DisplayName" "${NAME} ${VERSION}"
  WriteRegStr SHCTX "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${KEY}" "DisplayIcon" "$INSTDIR\SEMGui.exe"
  WriteRegStr SHCTX "${KEY}" "Publisher" "The SEMGui founders"
  WriteRegStr SHCTX "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${KEY}" "EstimatedSize" "$0"
SectionEnd

Section "Uninstall"
  ; Only what was installed. Projects, models and settings lie elsewhere, and stay. So does portable-data, if
  ; somebody made it: RMDir without /r takes a folder only if it is empty.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\SEMGui.exe"
  Delete "$INSTDIR\semgui-console.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}\${NAME} ${VERSION}.lnk"
  RMDir "$SMPROGRAMS\${NAME}"
  ; The registered program may be another version by now.
  ReadRegStr $0 SHCTX "Software\Classes\SEMGui.Project\DefaultIcon" ""
  ${If} $0 == "$INSTDIR\SEMGui.exe,0"
    DeleteRegKey SHCTX "Software\Classes\SEMGui.Project"
    DeleteRegKey SHCTX "Software\Classes\.semgui"
    DeleteRegKey SHCTX "Software\Classes\Directory\shell\SEMGui"
  ${EndIf}
  DeleteRegKey SHCTX "${KEY}"
SectionEnd
