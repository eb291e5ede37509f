#include "kb/claim_relations.h"

#include "cartograph/v1/annotations.pb.h"
#include "cartograph/v1/entity.pb.h"

namespace cartograph::kb {

absl::flat_hash_set<std::string> ClaimRelations() {
  absl::flat_hash_set<std::string> relations;
  const auto* proposition = v1::Evidence::descriptor()->FindFieldByName("proposition");
  for (const v1::Feed& feed : proposition->options().GetExtension(v1::field).feeds()) {
    relations.insert(feed.relation());
  }
  return relations;
}

}  // namespace cartograph::kb
