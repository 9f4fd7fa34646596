// npm install docx@9.15; node letter.js
const {AlignmentType, Document, Footer, Header, HeadingLevel, InsertedTextRun, DeletedTextRun, FootnoteReferenceRun,
  LevelFormat, Packer, PageNumber, Paragraph, SimpleField, Table, TableCell, TableRow, Textbox, TextRun, SymbolRun} = require("docx");
const text = (words, more = {}) => new Paragraph({...more, children: [new TextRun(words)]});
const change = {id: 1, author: "A", date: "2025-05-01T00:00:00Z"};
const level = (index, format, form) => ({level: index, format, text: form, alignment: AlignmentType.START});
const item = (words, index) => text(words, {numbering: {reference: "points", level: index}});
const row = (...cells) => new TableRow({children: cells.map((one) => new TableCell({children: one instanceof Table ? [one, text("")] : [text(one)]}))});
const points = [level(0, LevelFormat.UPPER_ROMAN, "%1."), level(1, LevelFormat.DECIMAL, "%1.%2"), level(2, LevelFormat.LOWER_LETTER, "(%3)")];
const letter = new Document({
  evenAndOddHeaderAndFooters: true,
  numbering: {config: [{reference: "points", levels: points}]},
  footnotes: {1: {children: [text("Tenant since 2010.")]}},
  sections: [{
    properties: {titlePage: true},
    headers: {default: new Header({children: [text("Hexley Homes")]}), first: new Header({children: [text("Hexley Homes, 1 Mill Lane")]}),
      even: new Header({children: [text("Hexley Homes, over the page")]})},
    footers: {default: new Footer({children: [new Paragraph({children: [new TextRun({children: ["Page ", PageNumber.CURRENT]})]})]}),
      first: new Footer({children: [text("Housing Ombudsman Service")]})},
    children: [
      new Paragraph({children: [new TextRun("Dear Mrs Okafor"), new FootnoteReferenceRun(1)]}),
      text("Findings", {heading: HeadingLevel.HEADING_2}),
      new Paragraph({children: [new TextRun("We have "), new DeletedTextRun({...change, text: "not "}), new InsertedTextRun({...change, id: 2, text: "upheld "}),
        new TextRun("it "), new TextRun({text: "secretly", vanish: true}), new SimpleField("MERGEFIELD When", "today"), new TextRun("."), new SymbolRun("F0FC")]}),
      item("First", 0), item("Below", 1), item("Deep", 2), item("Below too", 1), item("Second", 0), item("Below again", 1),
      new Textbox({style: {width: "200pt", height: "auto"}, children: [text("Text in the box")]}),
      new Table({rows: [row("Issue", "Finding"), row("Damp", new Table({rows: [row("Phone", "0300 000 0000")]}))]}),
      text("Yours sincerely"),
    ],
  }],
});
Packer.toBuffer(letter).then((bytes) => require("fs").writeFileSync("docx-js.docx", bytes));
