@echo off
rem Installs align beside this file at the first start (nothing is downloaded) and runs it; without arguments it opens
rem the pages in the browser.
setlocal
set "here=%~dp0"
if not defined ALIGN_ENVIRONMENT set "ALIGN_ENVIRONMENT=%here%environment"
set /p wanted=<"%here%python.txt"
if not defined PYTHON set "PYTHON=py -%wanted%"
rem Another version in this folder, or the folder in another place, is installed anew.
set /p package=<"%here%requirements.txt"
set "stamp=%ALIGN_ENVIRONMENT% %package%"
set "ready="
if exist "%ALIGN_ENVIRONMENT%\ready" set /p ready=<"%ALIGN_ENVIRONMENT%\ready"
if "%ready%"=="%stamp%" goto run
%PYTHON% -m venv --clear "%ALIGN_ENVIRONMENT%"
if errorlevel 1 (
  echo Python %wanted% is needed: install it, or set PYTHON to its path. 1>&2
  exit /b 2
)
"%ALIGN_ENVIRONMENT%\Scripts\python" -m pip --isolated install --quiet --disable-pip-version-check --no-index --find-links "%here%wheels" -r "%here%requirements.txt"
if errorlevel 1 exit /b 2
>"%ALIGN_ENVIRONMENT%\ready" echo %stamp%
:run
if "%~1"=="" (
  "%ALIGN_ENVIRONMENT%\Scripts\align" serve
) else (
  "%ALIGN_ENVIRONMENT%\Scripts\align" %*
)
