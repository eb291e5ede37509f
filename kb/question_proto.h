// The proto of a rule pack's questions: what stubs are generated from.
//
//   package cartograph.questions.<pack>.v1;               "-" of the pack's name is "_" here
//   service Questions {
//     rpc StudiedIn(StudiedInRequest) returns (StudiedInResponse);
//     rpc StreamStudiedIn(StreamStudiedInRequest) returns (stream StreamStudiedInResponse);
//   }
//
// One pair of methods a question; the relation studied_in is the method StudiedIn. A request has an
// optional field for each column, a row a field for each column (question_numbers.h numbers them).
// Symbols and entities are strings, records are text. Retired numbers are reserved. Comments come
// from the pack.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.pb.h"
#include "kb/question_numbers.h"
#include "kb/snapshot.h"
#include "rules/analysis/program.h"

namespace cartograph::kb {

// Fields of the messages, by number. Those of a request stand before its columns.
inline constexpr int kRequestRead = 1;
inline constexpr int kRequestPageSize = 2;   // not of a stream
inline constexpr int kRequestPageToken = 3;  // not of a stream
inline constexpr int kRequestExplain = 4;
inline constexpr int kRequestColumns = 15;  // column n is field kRequestColumns + n
inline constexpr int kResponseRows = 1;
inline constexpr int kResponseNextPageToken = 2;  // not of a stream
inline constexpr int kResponseHeader = 3;
inline constexpr int kResponseReasons = 4;

// "cartograph.questions.founding.v1"
std::string QuestionPackage(absl::string_view rule_pack);
// "StudiedIn" for "studied_in".
std::string MethodName(absl::string_view question);

// The file for the questions of `program`, numbered by `numbers`.
//
// Errors: INVALID_ARGUMENT names the question or column that cannot stand in a proto: two questions
// of one method name, a column named like another field of the request.
absl::StatusOr<google::protobuf::FileDescriptorProto> QuestionFile(absl::string_view rule_pack,
                                                                   const rules::Program& program,
                                                                   const QuestionNumbers& numbers);

// Whether QuestionFile will succeed for a pack never activated before: what an activation asks
// before it accepts a rule pack.
absl::Status CheckQuestionMethods(absl::string_view rule_pack, const rules::Program& program);

}  // namespace cartograph::kb
