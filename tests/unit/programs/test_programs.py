from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.cache import Cache
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.model import Kind, Program
from alignment.programs import label, load
from alignment.programs.join import COMPETENCES, fold_title
from alignment.programs.statement_text import competence_code, competence_codes, topic
from alignment.settings import Settings
from tests.conftest import ROOT

PLAN = "00 Учебный план.xlsx"
DESCRIPTION = "14 Описание ОПОП.docx"


@pytest.fixture(scope="module")
def sample(cache_dir: Path) -> Program:
    settings = Settings(cache_dir=str(cache_dir))
    with Cache(cache_dir) as cache:
        return load([ROOT / "tests" / "data" / "programs" / "11.03.03"], settings, store=cache)


def texts(program: Program, kind: Kind | None = None) -> list[str]:
    return [item.text for item in program.statements() if kind is None or item.kind is kind]


def test_work_programmes_join_the_plan_by_title(sample: Program) -> None:
    assert sample.code == "11.03.03"
    taught = [item for item in sample.disciplines if not item.title.startswith(COMPETENCES)]
    assert len(taught) == 147
    # What the description promises stands beside the disciplines, under the program's name.
    promised = [item for item in sample.disciplines if item not in taught]
    assert len(promised) == 1
    assert {item.kind for item in promised[0].statements} == {Kind.COMPETENCE}
    known = [discipline for discipline in taught if not discipline.title_only]
    assert len(known) == 13
    joined = next(item for item in known if item.title.startswith("Метрология, стандартизация"))
    assert joined.credits == 3
    assert joined.semesters
    assert "ОПК-2" in joined.competences


def test_each_layout_gives_its_statements(sample: Program) -> None:
    by_file: dict[str, set[str]] = {}
    for item in sample.statements():
        by_file.setdefault(item.location.file.rpartition("/")[2], set()).add(item.kind.value)
    for name, kinds in by_file.items():
        if name not in (PLAN, DESCRIPTION):
            assert {"knowledge", "skill", "topic"} <= kinds, name


def test_boilerplate_is_no_statement(sample: Program) -> None:
    forbidden = (
        "осциллографы, генераторы",
        "запасных частей и инструментов",
        "учебник для вузов",
        "Рабочая программа",
        "конспектов лекций",
        "gostinfo",
        "рецензи",
        "Перечислите основные",
        "проектором и экраном",
        "справочник",
    )
    for text in texts(sample):
        assert not any(word.lower() in text.lower() for word in forbidden), text
    assert {item.reason for item in sample.skipped} >= {"review", "literature", "equipment", "assessment"}


def test_every_statement_has_its_place(sample: Program) -> None:
    for item in sample.statements():
        assert item.location.file
        place = item.location
        assert place.page or place.cell or place.paragraph, item
        assert item.discipline
    assert len({item.id for item in sample.statements()}) == len(list(sample.statements()))


def test_all_outcomes_of_the_source_are_read(sample: Program) -> None:
    import yaml

    source = yaml.safe_load((ROOT / "tests" / "data" / "sources" / "11.03.03.yaml").read_text(encoding="utf-8"))
    read = {text.lower() for text in texts(sample)}
    wanted = [text.lower() for item in source for key in ("know", "can") for text in item[key]]
    lost = [text for text in wanted if text not in read]
    # A line of two verbs with objects of their own becomes two statements.
    assert len(lost) <= 1, lost


def test_a_second_reading_comes_from_the_store(settings: Settings, tmp_path: Path) -> None:
    path = ROOT / "tests" / "data" / "programs" / "11.03.03" / "09 Программирование.md"
    with Cache(tmp_path) as cache:
        first = load([path], settings, store=cache)
        assert cache.count() == 1
        assert load([path], settings, store=cache) == first


@pytest.mark.parametrize(
    ("text", "code"), [("ПК 1.1.", "ПК-1.1"), ("ОПК–2", "ОПК-2"), ("УК- 8", "УК-8"), ("ПК1.6", "ПК-1.6")]
)
def test_competence_codes(text: str, code: str) -> None:
    assert competence_code(text) == code


def test_a_list_of_codes() -> None:
    assert competence_codes("ОК-5, 7; ПК-1.1") == ["ОК-5", "ОК-7", "ПК-1.1"]


def test_topics_lose_their_labels_and_nothing_else() -> None:
    from alignment.model import Location

    def result(text: str) -> list[str]:
        return [item.text for item in topic(text, Location())]

    assert result("Тема 1.2. Принципы отладки") == ["Принципы отладки"]
    assert result("Принципы отладки программ") == ["Принципы отладки программ"]
    assert result("ПР №3 Составление алгоритмов") == ["Составление алгоритмов"]
    assert result("Лабораторная работа № 4. «Сборка усилителя»") == ["Сборка усилителя"]
    assert result("ЛР №11-12 «Линейные массивы»") == ["Линейные массивы"]
    assert result("ЛР № 18, 19, 20 «Операции с символьными переменными»") == ["Операции с символьными переменными"]
    assert result("2) Виды памяти") == ["Виды памяти"]
    assert result("1.3. 3D-печать деталей") == ["3D-печать деталей"]
    assert result("1С: Предприятие") == ["1С: Предприятие"]
    assert result("2024 год в статистике") == ["2024 год в статистике"]
    assert result("1.1Основы схемотехники") == ["Основы схемотехники"]
    assert result("3-й закон Ньютона") == ["3-й закон Ньютона"]
    assert result("МДК 03.02 Инструментальные средства") == ["Инструментальные средства"]
    assert result("Раздел ПМ 2. Разработка кода") == ["Разработка кода"]
    assert result("Лабораторная работа №:16 “ Работа с текстом ”") == ["Работа с текстом"]
    assert result("Лабораторная работа №:16 “ Информация о системе “") == ["Информация о системе"]
    assert result("Лабораторная работа №1: Разработка технического задания ”") == ["Разработка технического задания"]
    assert result("Оформить отчет") == []
    assert result("Итого") == []


@given(st.text(max_size=80))
def test_folding_a_title_is_stable(title: str) -> None:
    assert fold_title(fold_title(title)) == fold_title(title)


def test_markdown_syllabus_in_english(settings: Settings) -> None:
    program = load([ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"], settings)
    (discipline,) = program.disciplines
    assert discipline.title == "Embedded Systems Design"
    assert discipline.credits == 6
    assert all(item.language == "en" for item in discipline.statements)
    kinds = {item.kind for item in discipline.statements}
    assert {Kind.SKILL, Kind.KNOWLEDGE, Kind.TOPIC} <= kinds
    assert not [text for text in texts(program) if "plagiarism" in text.lower() or "Wiley" in text]


def test_plain_text_and_html_give_the_same(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "a.txt").write_text(
        "Рабочая программа дисциплины «Пайка»\n\n1. Результаты обучения\n\nзнать:\n- виды припоев;\n- флюсы и их свойства;\n"
        "уметь:\n- паять выводные компоненты.\n\n2. Литература\n\n1. Справочник монтажника.\n",
        encoding="utf-8",
    )
    (tmp_path / "a.html").write_text(
        "<html><body><h1>Рабочая программа дисциплины «Пайка»</h1><h2>1. Результаты обучения</h2><p>знать:</p>"
        "<ul><li>виды припоев;</li><li>флюсы и их свойства;</li></ul><p>уметь:</p><ul><li>паять выводные компоненты.</li></ul>"
        "<h2>2. Литература</h2><ol><li>Справочник монтажника.</li></ol></body></html>",
        encoding="utf-8",
    )
    wanted = [
        ("виды припоев", Kind.KNOWLEDGE),
        ("флюсы и их свойства", Kind.KNOWLEDGE),
        ("паять выводные компоненты", Kind.SKILL),
    ]
    for name in ("a.txt", "a.html"):
        program = load([tmp_path / name], settings)
        assert program.disciplines[0].title == "Пайка"
        assert [(item.text, item.kind) for item in program.statements()] == wanted


def test_a_competence_matrix(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(
        "Дисциплина;Компетенция;Знать;Уметь\nПайка;ПК-1 Способен паять;виды припоев; паять платы\nФизика;ОПК-1;законы механики;\n",
        encoding="utf-8",
    )
    program = load([path], settings)
    assert [item.title for item in program.disciplines] == ["Пайка", "Физика"]
    assert texts(program) == ["виды припоев", "паять платы", "законы механики"]
    assert {item.code for item in program.competences} == {"ПК-1"}


class TestShared:
    """Real documents that may not be shipped."""

    pytestmark = pytest.mark.shared

    def test_a_workbook_with_several_programs_asks_which(self, shared: Path, settings: Settings) -> None:
        path = shared / "itmo" / "plans_bachelor_2018.xlsx"
        with pytest.raises(AmbiguousError, match="--program"):
            load([path], settings)
        with pytest.raises(NotFoundError, match="no program"):
            load([path], settings, program="99.99.99")
        program = load([path], settings, program="11.03.03 14543")
        assert label(program).startswith("11.03.03 14543")
        assert len(program.disciplines) == 147

    def test_keywords_join_about_ten_disciplines(self, shared: Path, settings: Settings) -> None:
        folder = shared / "itmo"
        paths = [folder / "plans_bachelor_2018.xlsx", folder / "discipline_keywords.csv"]
        program = load(paths, settings, program="11.03.03 14543")
        assert sum(not item.title_only for item in program.disciplines) == 10

    @pytest.mark.parametrize("name", ["09.03.03-2015", "10.03.01-2017"])
    def test_a_plan_as_xls_and_xlsx_is_one_program(self, name: str, shared: Path, settings: Settings) -> None:
        new, old = (load([shared / "plans_xls" / f"{name}.{suffix}"], settings) for suffix in ("xlsx", "xls"))
        assert [(d.title, d.code, d.credits, d.semesters, d.competences) for d in new.disciplines] == [
            (d.title, d.code, d.credits, d.semesters, d.competences) for d in old.disciplines
        ]
        assert len(new.disciplines) >= 40
        assert all(item.text for item in new.competences)

    @pytest.mark.slow
    def test_real_work_programmes(self, shared: Path, settings: Settings, cache_dir: Path) -> None:
        names = ("osnovy_programmirovaniya", "pm01", "pm03", "programmirovanie_1c", "web")
        with Cache(cache_dir) as cache:
            paths = [shared / "programs_pdf" / f"{name}.pdf" for name in names]
            program = load(paths, settings, store=cache)
        assert len(program.disciplines) == 5
        assert {item.title for item in program.disciplines} >= {"Основы программирования", "Web-программирование"}
        for text in texts(program):
            lowered = text.lower()
            assert not any(
                word in lowered for word in ("рецензент", "учебник", "издательство", "проектор,", "посадочных мест")
            )
            assert "....." not in text
            assert not any("\uf000" <= char <= "\uf0ff" for char in text), text
        assert "основы web-дизайна и программирования" in texts(program)
        # From pages on which the table has no header, other columns, backgrounds or an open end, and words with a tab
        # under them.
        assert set(texts(program, Kind.TOPIC)) >= {
            "Символьный и строковый типы",
            "Объявление типов",
            "Поиск, удаление, замена и добавление символов в строке",
            "Спецификации отдельных компонент программного модуля",
            "Расширение набора команд",
            "Способы адресации",
            "Обзор наиболее популярных инструментальных сред разработки",
            "Единая система программной документации",
            "Создание БД для отдела кадров",
            "Программирование отчетов",
            "Заголовки и подзаголовки HTML",
            "Управляющие конструкции",
        }
        # Tasks of an examination, homework and the equipment of a lesson are no topics.
        assert not any(
            word in text for text in texts(program) for word in ("MOV ", "дата рождения", "отчет 2", "преподавателя")
        )
        assert {"review", "table of contents", "equipment"} <= {item.reason for item in program.skipped}

    @pytest.mark.parametrize(("name", "what"), [("kos", "assessment fund"), ("ktp", "calendar plan")])
    def test_what_is_not_a_program_is_named(self, name: str, what: str, shared: Path, settings: Settings) -> None:
        with pytest.raises(InputError, match=what):
            load([shared / "programs_pdf" / f"not-a-program-{name}.pdf"], settings)
