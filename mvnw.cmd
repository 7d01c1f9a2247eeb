@echo off
rem Runs Maven on Windows: the installed one if it is 3.8 or newer, else the one that
rem .mvn\wrapper\maven-wrapper.properties names, downloaded once, checked, and kept in %USERPROFILE%\.m2\wrapper.
rem MVNW_REPOURL and MAVEN_USER_HOME mean what they mean to mvnw.
setlocal

for /f "tokens=3" %%v in ('mvn -B -version 2^>nul ^| findstr /c:"Apache Maven"') do (
  for /f "tokens=1,2 delims=." %%a in ("%%v") do (
    if %%a gtr 3 goto installed
    if %%a equ 3 if %%b geq 8 goto installed
  )
)

for /f "usebackq eol=# tokens=1,* delims==" %%a in ("%~dp0.mvn\wrapper\maven-wrapper.properties") do set "%%a=%%b"
if not defined distributionUrl echo mvnw: maven-wrapper.properties lacks distributionUrl 1>&2 & exit /b 1
if not defined distributionSha512Sum echo mvnw: maven-wrapper.properties lacks distributionSha512Sum 1>&2 & exit /b 1
if not defined MAVEN_USER_HOME set "MAVEN_USER_HOME=%USERPROFILE%\.m2"

rem PowerShell prints the directory of the checked distribution, or says on the error stream why there is none.
set "kept="
for /f "usebackq delims=" %%d in (`powershell -NoProfile -Command ^
  "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';" ^
  "$url = $env:distributionUrl; $sum = $env:distributionSha512Sum.Trim(); $archive = $url.Split('/')[-1];" ^
  "$name = $archive -replace '-bin.tar.gz$', '';" ^
  "if ($env:MVNW_REPOURL) { $url = $env:MVNW_REPOURL.TrimEnd('/') + '/org/apache/maven/apache-maven/' + ($name -replace '^apache-maven-', '') + '/' + $archive }" ^
  "$kept = Join-Path $env:MAVEN_USER_HOME ('wrapper\dists\' + $name + '-' + $sum.Substring(0, 16));" ^
  "if (-not (Test-Path (Join-Path $kept 'bin\mvn.cmd'))) {" ^
  "  $draft = $kept + '.' + [guid]::NewGuid(); $null = New-Item -ItemType Directory -Force $draft;" ^
  "  try { $file = Join-Path $draft $archive; (New-Object Net.WebClient).DownloadFile($url, $file);" ^
  "    $actual = (Get-FileHash -Algorithm SHA512 $file).Hash;" ^
  "    if ($actual -ne $sum) { throw ('mvnw: ' + $url + ' has the wrong SHA-512 checksum ' + $actual) }" ^
  "    tar -xzf $file -C $draft; Move-Item (Join-Path $draft $name) $kept }" ^
  "  finally { Remove-Item -Recurse -Force $draft } }" ^
  "$kept"`) do set "kept=%%d"
if not defined kept exit /b 1
call "%kept%\bin\mvn.cmd" %*
exit /b %errorlevel%

:installed
call mvn %*
exit /b %errorlevel%
