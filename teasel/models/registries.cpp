#include "teasel/models/model.hpp"

TEASEL_DEFINE_REGISTRY(teasel::Model);
