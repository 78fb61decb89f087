"""The lab's words, each in a sentence."""

GLOSSARY = {
    "Utility": "what a group gains from a step, to first order: the inner product of its gradient and the step.",
    "Gramian": "the table of inner products between the groups' gradients; all rules here need nothing else, but for the "
    "generalised mean of losses, which needs the losses.",
    "Agreement set": "the directions from which every group gains.",
    "Disagreement point": "the step of length zero: what happens without an agreement.",
    "Nash bargaining solution": "the direction in the agreement set with the largest product of utilities.",
    "Pareto front": "the points from which no group can gain without another losing.",
    "Fair diagonal": "the points at which all losses are the same.",
    "Gap": "the highest loss less the lowest; zero exactly on the fair diagonal.",
    "Failing run": "one that ends further than 0.1 from the Pareto front.",
    "Basin": "the starts from which a method ends in the same place; the map shows how far from the front that is.",
    "Alignment": "how a step agrees with each group's gradient: positive where the group gains, to first order.",
    "Guaranteed step": "one so short that a bound on the losses' curvature proves that every group gains.",
    "Schedule": "at which steps a run bargains; at the others it follows its goal.",
    "LtR, FORML, Meta-gDRO": "the goals: the mean loss, the gap between the groups, the highest loss.",
    "Hypergradient": "how a group's validation loss would change with the weight of a training row.",
    "One-stage, two-stage": "follow the goal throughout; bargain first and follow the goal afterwards.",
    "Max-gAUCD": "the difference between the best and the worst group's AUC; smaller is more equal.",
}
