#include "services/diagnostic_convert.h"

namespace cartograph::services {

void ToProto(const rules::Diagnostic& diagnostic, const std::vector<rules::SourceFile>& sources,
             v1::Diagnostic* out) {
  out->set_code(diagnostic.code);
  out->set_severity(diagnostic.severity == rules::Severity::kError
                        ? v1::DIAGNOSTIC_SEVERITY_ERROR
                        : v1::DIAGNOSTIC_SEVERITY_WARNING);
  out->set_message(diagnostic.message);
  out->set_suggestion(diagnostic.suggestion);
  out->set_rendered(rules::Render(diagnostic, sources));
  if (diagnostic.span.file >= sources.size()) return;
  const rules::SourceFile& source = sources[diagnostic.span.file];
  const rules::LineColumn begin = rules::PlaceOf(source.text, diagnostic.span.begin);
  const rules::LineColumn end = rules::PlaceOf(source.text, diagnostic.span.end);
  out->set_path(source.path);
  out->set_line(begin.line);
  out->set_column(begin.column);
  out->set_end_line(end.line);
  out->set_end_column(end.column);
}

void ToProto(const std::vector<rules::Diagnostic>& diagnostics,
             const std::vector<rules::SourceFile>& sources,
             google::protobuf::RepeatedPtrField<v1::Diagnostic>* out) {
  for (const rules::Diagnostic& diagnostic : diagnostics) {
    ToProto(diagnostic, sources, out->Add());
  }
}

}  // namespace cartograph::services
