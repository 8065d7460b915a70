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
if "%~1"=="mcp" set "ROLE=mcp"
if "%~1"=="mnemonic" set "ROLE=mnemonic"
if "%~1"=="help" set "ROLE=help"
if "%~1"=="" set "ROLE=help"
if "%ROLE%"=="help" (
  echo Usage: chroniclesync start^|discovery^|shell^|mcp^|mnemonic [options]
  echo Any other word is a command for a running node: status, search WORDS, profiles and others.
  echo chroniclesync shell opens a prompt, where help lists them all.
  exit /b 0
)

set "REST="
rem A word for a running node, which knows its commands: no list of them is kept here.
if defined ROLE goto next
set "ROLE=command"
set REST= %1
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
set "CLASSES=%HOME_DIR%\lib\*"
rem All that the launcher borrows from the node's bundles; no other command needs it.
if "%ROLE%"=="mcp" for %%N in (annotations core databind) do call set "CLASSES=%%CLASSES%%;%HOME_DIR%\bundle\jackson-%%N.jar"
"%JAVA%" "@%HOME_DIR%\conf\jvm.options" %NEWER% "%HEAP%" %JAVA_OPTS% "-Dchroniclesync.dist=%HOME_DIR%" -Dchroniclesync.tty=true ^
  -cp "%CLASSES%" org.chroniclesync.runtime.Launcher %ROLE%%REST%
exit /b %ERRORLEVEL%
