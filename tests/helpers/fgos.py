"""Generate documents with federal educational standards (ФГОС)."""

from pathlib import Path


def fgos_document(path: Path) -> Path:
    """Write an FGOS in the newer form: codes before texts, and an appendix with standards."""
    import docx

    document = docx.Document()
    for line in (
        "ПРИКАЗ",
        "от 19 сентября 2017 г. № 928",
        "Об утверждении федерального государственного образовательного стандарта высшего образования",
        "по направлению подготовки 11.03.03 Конструирование и технология электронных средств",
        "II. Требования к структуре программы бакалавриата",
        "III. Требования к результатам освоения программы бакалавриата",
    ):
        document.add_paragraph(line)
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(
        table.rows,
        (
            ("Категория", "Код и наименование универсальной компетенции"),
            ("Коммуникация", "УК-4. Способен осуществлять деловую коммуникацию на русском и иностранном языках"),
            ("Безопасность", "УК-9. Способен принимать обоснованные экономические решения"),
        ),
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("ОПК-1. Способен использовать законы естественных наук и математики;")
    document.add_paragraph("Приложение. Перечень профессиональных стандартов, соответствующих деятельности выпускников")
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(
        table.rows,
        (
            (
                "06.005",
                'Профессиональный стандарт "Инженер-электроник", утвержденный приказом от 31 июля 2019 г. № 540н',
            ),
            ("40.058", 'Профессиональный стандарт "Инженер-технолог по производству изделий микроэлектроники"'),
        ),
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(path))
    return path
