@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Copyright the ChronicleSync authors
rem
rem Runs an installed ChronicleSync. Needs Java 17 or newer, and writes to the data folder only.
setlocal
set "HOME_DIR=%~dp0.."
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"

set "ROLE="
if "%~1"=="start" set "ROLE=node"
if "%~1"=="discovery" set "ROLE=discovery"
if "%~1"=="shell" set "ROLE=shell"
if "%~1"=="mnemonic" set "ROLE=mnemonic"
if not defined ROLE (
  echo Usage: chroniclesync start^|discovery^|shell^|mnemonic [options] 1>&2
  exit /b 2
)

set "REST="
:next
shift
if "%~1"=="" goto run
set REST=%REST% %1
goto next

:run
set "HEAP=-Xmx64m"
if exist "%HOME_DIR%\conf\%ROLE%\jvm.options" set "HEAP=@%HOME_DIR%\conf\%ROLE%\jvm.options"
rem What Java 24 and newer needs besides, and an older one does not know.
set "NEWER="
"%JAVA%" "@%HOME_DIR%\conf\jvm-24.options" -version > nul 2>&1 && set "NEWER=@%HOME_DIR%\conf\jvm-24.options"
if defined NEWER set NEWER="%NEWER%"
"%JAVA%" "@%HOME_DIR%\conf\jvm.options" %NEWER% "%HEAP%" %JAVA_OPTS% "-Dchroniclesync.dist=%HOME_DIR%" -Dchroniclesync.tty=true ^
  -cp "%HOME_DIR%\lib\*" org.chroniclesync.runtime.Launcher %ROLE%%REST%
exit /b %ERRORLEVEL%
