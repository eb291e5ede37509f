#include "importers/pubmed_xml.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "importers/nbib.h"
#include "importers/source_draft.h"
#include "importers/xml_record.h"

namespace cartograph::importers {
namespace {

// "2018 May 15" of <Year>, <Month>, <Day>; a season, or a date of MEDLINE as text, as it is.
std::string DateOf(const XmlElement* date) {
  if (date == nullptr) {
    return "";
  }
  std::string text;
  for (const char* part : {"Year", "Month", "Season", "Day", "MedlineDate"}) {
    absl::StrAppend(&text, text.empty() ? "" : " ", OneLine(date->TextAt(part)));
  }
  return text;
}

void AddAuthors(const XmlElement* list, SourceDraft* draft) {
  if (list == nullptr) {
    return;
  }
  if (list->Attribute("CompleteYN") == "N") {
    draft->SetAuthorsIncomplete();
  }
  for (const XmlElement* author : list->All("Author")) {
    const std::string given = author->TextAt("ForeName");
    draft->AddAuthor(author->TextAt("LastName") + author->TextAt("CollectiveName"),
                     given.empty() ? author->TextAt("Initials") : given);
  }
}

void AddIdentifiers(const XmlElement* list, SourceDraft* draft) {
  if (list == nullptr) {
    return;
  }
  for (const XmlElement* id : list->All("ArticleId")) {
    const std::string type = id->Attribute("IdType");
    const char* prefix = type == "pubmed" ? "PMID"
                         : type == "doi"  ? "DOI"
                         : type == "pmc"  ? "PMCID"
                                          : nullptr;
    if (prefix != nullptr) {
      draft->AddIdentifier(prefix, id->Text());
    }
  }
}

void AddPublicationTypes(const XmlElement& parent, SourceDraft* draft) {
  for (const XmlElement* type : parent.All("PublicationType")) {
    AddPublicationType(OneLine(type->Text()), draft);
  }
}

// Notices that other documents have published about this one.
void AddNotices(const XmlElement* list, SourceDraft* draft) {
  if (list == nullptr) {
    return;
  }
  for (const XmlElement* notice : list->All("CommentsCorrections")) {
    const std::string type = notice->Attribute("RefType");
    if (type == "RetractionIn") {
      return draft->SetStanding(v1::STANDING_RETRACTED);
    }
    if (type == "ErratumIn") {
      draft->SetStanding(v1::STANDING_CORRECTED);
    } else if (type == "ExpressionOfConcernIn") {
      draft->SetStanding(v1::STANDING_EXPRESSION_OF_CONCERN);
    }
  }
}

void AddRegistrations(const XmlElement* banks, SourceDraft* draft) {
  if (banks == nullptr) {
    return;
  }
  for (const XmlElement* bank : banks->All("DataBank")) {
    const XmlElement* numbers = bank->Find("AccessionNumberList");
    if (bank->TextAt("DataBankName") != "ClinicalTrials.gov" || numbers == nullptr) {
      continue;
    }
    for (const XmlElement* number : numbers->All("AccessionNumber")) {
      draft->AddIdentifier("NCT", number->Text(), v1::MAPPING_RELATED);
    }
  }
}

void ReadJournal(const XmlElement& article, SourceDraft* draft) {
  draft->SetVenueName(article.TextAt("Journal/Title"));
  draft->SetVolume(article.TextAt("Journal/JournalIssue/Volume"));
  draft->SetIssue(article.TextAt("Journal/JournalIssue/Issue"));
  draft->SetPages(article.TextAt("Pagination/MedlinePgn"));
  if (const std::string issn = article.TextAt("Journal/ISSN"); !issn.empty()) {
    draft->AddIssn(issn);
  }
  draft->SetPublished(DateOf(article.Find("Journal/JournalIssue/PubDate")));
  draft->SetPublishedOnline(DateOf(article.Find("ArticleDate")));
}

void ReadArticle(const XmlElement& article, SourceDraft* draft) {
  const std::string language = article.TextAt("Language");
  const std::string original = article.TextAt("VernacularTitle");
  std::string title = OneLine(article.TextAt("ArticleTitle"));
  const bool translated = absl::StartsWith(title, "[") && absl::StrContains(title, "]");
  if (translated) {  // the brackets are not part of it
    title = title.substr(1, title.rfind(']') - 1);
  }
  draft->AddTitle(title, translated || !original.empty() ? "eng" : language);
  draft->AddTitle(original, language);
  AddAuthors(article.Find("AuthorList"), draft);
  ReadJournal(article, draft);
  for (const XmlElement* location : article.All("ELocationID")) {
    if (location->Attribute("EIdType") == "doi" && location->Attribute("ValidYN") != "N") {
      draft->AddIdentifier("DOI", location->Text());
    }
  }
  if (const XmlElement* types = article.Find("PublicationTypeList"); types != nullptr) {
    AddPublicationTypes(*types, draft);
  }
  AddRegistrations(article.Find("DataBankList"), draft);
}

absl::StatusOr<Draft> ReadCitation(const XmlElement& record) {
  SourceDraft draft;
  draft.AddIdentifier("PMID", record.TextAt("MedlineCitation/PMID"));
  if (const XmlElement* article = record.Find("MedlineCitation/Article"); article != nullptr) {
    ReadArticle(*article, &draft);
  }
  AddIdentifiers(record.Find("PubmedData/ArticleIdList"), &draft);
  AddNotices(record.Find("MedlineCitation/CommentsCorrectionsList"), &draft);
  return std::move(draft).Finish();
}

// A book, or with a title of its own a chapter of one.
absl::StatusOr<Draft> ReadBook(const XmlElement& record) {
  SourceDraft draft;
  const XmlElement* document = record.Find("BookDocument");
  if (document == nullptr) {
    return std::move(draft).Finish();
  }
  const std::string title = document->TextAt("ArticleTitle");
  const std::string book = document->TextAt("Book/BookTitle");
  draft.SetKind(title.empty() ? v1::SOURCE_KIND_BOOK : v1::SOURCE_KIND_BOOK_CHAPTER);
  draft.AddIdentifier("PMID", document->TextAt("PMID"));
  AddIdentifiers(document->Find("ArticleIdList"), &draft);
  draft.AddTitle(title.empty() ? book : title, document->TextAt("Language"));
  draft.SetVenueName(title.empty() ? "" : book);
  AddAuthors(document->Find(title.empty() ? "Book/AuthorList" : "AuthorList"), &draft);
  draft.SetPublished(DateOf(document->Find("Book/PubDate")));
  if (title.empty()) {
    draft.AddIdentifier("ISBN", document->TextAt("Book/Isbn"));
  }
  AddPublicationTypes(*document, &draft);
  return std::move(draft).Finish();
}

}  // namespace

absl::StatusOr<Draft> ParsePubmedXml(absl::string_view record) {
  ASSIGN_OR_RETURN(XmlElement element, ParseXml(record));
  return element.name == "PubmedBookArticle" ? ReadBook(element) : ReadCitation(element);
}

}  // namespace cartograph::importers
