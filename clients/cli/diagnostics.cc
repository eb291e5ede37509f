#include "clients/cli/diagnostics.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cartograph::clients {
namespace {

std::string PlaceText(const v1::Diagnostic& diagnostic) {
  return absl::StrCat(diagnostic.path(), ":", diagnostic.line(), ":", diagnostic.column());
}

std::string SeverityWord(const v1::Diagnostic& diagnostic) {
  return diagnostic.severity() == v1::DIAGNOSTIC_SEVERITY_WARNING ? "warning" : "error";
}

v1::Diagnostic ToProto(const rules::Diagnostic& diagnostic,
                       const std::vector<rules::SourceFile>& sources) {
  const rules::SourceFile& source = sources[diagnostic.span.file];
  rules::LineColumn begin = rules::PlaceOf(source.text, diagnostic.span.begin);
  rules::LineColumn end = rules::PlaceOf(source.text, diagnostic.span.end);
  v1::Diagnostic proto;
  proto.set_code(diagnostic.code);
  proto.set_severity(diagnostic.severity == rules::Severity::kWarning
                         ? v1::DIAGNOSTIC_SEVERITY_WARNING
                         : v1::DIAGNOSTIC_SEVERITY_ERROR);
  proto.set_path(source.path);
  proto.set_line(begin.line);
  proto.set_column(begin.column);
  proto.set_end_line(end.line);
  proto.set_end_column(end.column);
  proto.set_message(diagnostic.message);
  proto.set_suggestion(diagnostic.suggestion);
  proto.set_rendered(rules::Render(diagnostic, sources));
  return proto;
}

}  // namespace

bool HasErrors(const Diagnostics& diagnostics) {
  for (const v1::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity() != v1::DIAGNOSTIC_SEVERITY_WARNING) {
      return true;
    }
  }
  return false;
}

Diagnostics ToProto(const std::vector<rules::Diagnostic>& diagnostics,
                    const std::vector<rules::SourceFile>& sources) {
  Diagnostics result;
  for (const rules::Diagnostic& diagnostic : diagnostics) {
    *result.Add() = ToProto(diagnostic, sources);
  }
  return result;
}

void PrintDiagnostics(const Diagnostics& diagnostics, Session& session) {
  for (const v1::Diagnostic& diagnostic : diagnostics) {
    session.err() << absl::StripSuffix(diagnostic.rendered(), "\n") << '\n';
  }
}

absl::Status PrintDiagnosticsAsResult(const Diagnostics& diagnostics, Session& session) {
  if (session.format() == OutputFormat::kTable) {
    PrintDiagnostics(diagnostics, session);
    return absl::OkStatus();
  }
  Printer printer = session.MakePrinter(
      {{"PLACE"}, {"SEVERITY"}, {"CODE"}, {"MESSAGE"}, {"SUGGESTION"}}, "diagnostics");
  for (const v1::Diagnostic& diagnostic : diagnostics) {
    printer.Add({{PlaceText(diagnostic), SeverityWord(diagnostic), diagnostic.code(),
                  diagnostic.message(), diagnostic.suggestion()},
                 PlaceText(diagnostic),
                 &diagnostic,
                 ""});
  }
  return session.Finish(&printer);
}

}  // namespace cartograph::clients
